import type { Commit } from '../../src/model/desired.ts';

/** The hour at which tests begin, ms since the epoch. */
export const T0 = Date.UTC(2026, 5, 1, 12);

/** `aCommit('abc')`: the id is filled up to 40 digits. */
export function aCommit(id: string, change: Partial<Commit> = {}): Commit {
  return {
    id: id.padEnd(40, '0'),
    author: 'Thandi',
    email: 'thandi@example.org',
    time: T0,
    subject: `Change ${id}`,
    ...change,
  };
}
