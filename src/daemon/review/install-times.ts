/** How long installs took, by profile, as the journal remembers it. */

import type { Journal } from '../../model/journal.ts';
import { medianOf } from '../../model/median.ts';
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
  const timesOf = (times: readonly number[]) => ({ median: medianOf(times) ?? 0, count: times.length });
  return new Map([...taken].map(([profile, times]) => [profile, timesOf(times)]));
}
