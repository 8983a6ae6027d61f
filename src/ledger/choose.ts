import type { LedgerEntry, LedgerFilter } from '../model/ledger.ts';
import { timeOf } from './entries.ts';

/** Takes and answers entries by time, oldest first. */
export function chooseEntries(entries: readonly LedgerEntry[], filter: LedgerFilter): LedgerEntry[] {
  const { node, pool, commit = '', profile, since = 0, until = Number.POSITIVE_INFINITY, limit } = filter;
  const chosen = entries
    .filter(
      (entry) =>
        (node === undefined || entry.node === node) &&
        (pool === undefined || entry.pool === pool) &&
        (profile === undefined || entry.profile === profile) &&
        (entry.commit.startsWith(commit) || (entry.asked?.id ?? '').startsWith(commit)) &&
        timeOf(entry) >= since &&
        timeOf(entry) <= until,
    )
    .sort((a, b) => timeOf(a) - timeOf(b));
  return limit === undefined ? chosen : chosen.slice(-limit);
}
