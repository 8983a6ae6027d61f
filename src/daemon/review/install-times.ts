/** How long installs took, by profile, as the journal remembers it. */

import type { Journal } from '../../model/journal.ts';
import type { InstallTimes } from '../../plan/expect.ts';

/** The newest installs that count. */
const MOST = 1000;

export function installTimes(journal: Pick<Journal, 'read'>): Map<string, InstallTimes> {
  const taken = new Map<string, number[]>();
  for (const event of journal.read({ reasons: ['InstallSettled'], limit: MOST })) {
    if (event.reason !== 'InstallSettled') continue;
    const { record, durationMs } = event.data;
    taken.set(record.profile, [...(taken.get(record.profile) ?? []), durationMs]);
  }
  return new Map([...taken].map(([profile, times]) => [profile, timesOf(times)]));
}

function timesOf(times: readonly number[]): InstallTimes {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, count: sorted.length };
}
