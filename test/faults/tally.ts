/** What scenarios went through, so that a run shows that it was not idle. */

import { entriesOf } from '../../src/lab/history.ts';
import type { Reason } from '../../src/model/event.ts';
import type { Evidence } from './evidence.ts';

const REASONS = {
  commits: 'CommitAccepted',
  'bad commits': 'CommitRejected',
  'rewritten histories': 'HistoryRefused',
  'daemon starts': 'DaemonStarted',
  'reinstalls wanted': 'InstallWanted',
  attempts: 'AttemptStarted',
  'failed attempts': 'AttemptFailed',
  'installs settled': 'InstallSettled',
  'nodes stuck': 'Stuck',
  'BMC failures': 'BmcUnreachable',
} as const satisfies Record<string, Reason>;

export type Tally = Record<keyof typeof REASONS | 'disks wiped' | 'power commands', number>;

export function countUp({ events, histories }: Evidence): Tally {
  const entries = [...histories.values()].flat();
  const counts = Object.entries(REASONS).map(([what, reason]) => [
    what,
    events.filter((event) => event.reason === reason).length,
  ]);
  return {
    ...(Object.fromEntries(counts) as Omit<Tally, 'disks wiped' | 'power commands'>),
    'disks wiped': entriesOf(entries, 'wipe').length,
    'power commands': entriesOf(entries, 'power').length,
  };
}

export function addUp(tallies: readonly Partial<Tally>[]): Partial<Tally> {
  const total: Partial<Tally> = {};
  for (const tally of tallies) {
    for (const [what, count] of Object.entries(tally) as [keyof Tally, number][]) {
      total[what] = (total[what] ?? 0) + count;
    }
  }
  return total;
}

/** `314 commits, 96 disks wiped, …` */
export function sayTally(tally: Partial<Tally>): string {
  return Object.entries(tally)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
