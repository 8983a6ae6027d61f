import type { LedgerEntry } from '../model/ledger.ts';
import { timeOf } from './entries.ts';

export interface LedgerFilter {
  node?: string;
  pool?: string;
  /** The beginning of the name of the commit that asked, or came into force with the wish. */
  commit?: string;
  profile?: string;
  /** ms since the epoch, both inclusive; held against the entry's end, or what it has come to. */
  since?: number;
  until?: number;
  /** The newest so many. */
  limit?: number;
}

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
