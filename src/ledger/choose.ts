import type { LedgerEntry, LedgerFilter } from '../model/ledger.ts';
import { timeOf } from './entries.ts';

/** Answers copies by time, oldest first; `poolOf` is asked for what no event tells. */
export function chooseEntries(
  entries: readonly LedgerEntry[],
  filter: LedgerFilter,
  poolOf: (node: string) => string | null = () => null,
): LedgerEntry[] {
  const { node, pool, commit = '', profile, since = 0, until = Number.POSITIVE_INFINITY, limit } = filter;
  const poolNow = (entry: LedgerEntry) => entry.pool ?? poolOf(entry.node);
  const chosen = entries
    .filter(
      (entry) =>
        (node === undefined || entry.node === node) &&
        (pool === undefined || poolNow(entry) === pool) &&
        (profile === undefined || entry.profile === profile) &&
        (entry.commit.startsWith(commit) || (entry.asked?.id ?? '').startsWith(commit)) &&
        timeOf(entry) >= since &&
        timeOf(entry) <= until,
    )
    .sort((a, b) => timeOf(a) - timeOf(b));
  return chosen.slice(limit === undefined ? 0 : -limit).map((entry) => ({ ...entry, pool: poolNow(entry) }));
}
