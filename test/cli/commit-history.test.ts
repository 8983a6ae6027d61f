import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { anEvent, NOTHING_PLANNED } from '../builders/event.ts';
import { aCommit, T0 } from '../builders/node.ts';
import { ask } from './ask.ts';

/** So many minutes after T0. */
function at(minute: number, event: ReturnType<typeof anEvent>): Event {
  return { ...event, id: minute + 1, time: T0 + minute * 60_000, phase: null, attempt: null } as Event;
}

function accepted(id: string, plan: Partial<typeof NOTHING_PLANNED> = {}) {
  const data = { commit: aCommit(id), previous: null, nodes: 12, plan: { ...NOTHING_PLANNED, ...plan } };
  return anEvent(null, 'CommitAccepted', data);
}

const events = [
  at(-180, accepted('1a2b3c4d5e')),
  at(-120, anEvent(null, 'CommitRejected', { commit: aCommit('bad'), problems: [], total: 2 })),
  at(
    -90,
    anEvent(null, 'CommitUnverified', {
      ...{ commit: aCommit('c0de'), head: 'c0de', fault: 'unsigned', found: '' },
    }),
  ),
  at(
    -60,
    accepted('2b3c4d5e6f', { held: 1, totals: { ...NOTHING_PLANNED.totals, 'DESTROYS DISK': 3, power: 1 } }),
  ),
  at(-30, anEvent(null, 'HistoryRefused', { from: 'x', to: 'c0ffee0000' })),
];

describe('barewright history', () => {
  const answers = { 'GET /events': events };

  it('lists the commits that were in force, from when until when, and what each did to machines', async () => {
    const { stdout, code } = await ask(answers, ['history', '--utc']);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
09:00:00  1a2b3c4d5e  Thandi: Change 1a2b3c4d5e
    until 11:00:00 (2h), 12 nodes, plan 4f53cda18c2b: nothing to do
11:00:00  2b3c4d5e6f  Thandi: Change 2b3c4d5e6f
    in force for 1h 2m, 12 nodes, plan 4f53cda18c2b: 3 reinstall (DATA LOSS), 1 power; 1 held by a guard
`);
  });

  it('--all lists what was refused, too', async () => {
    const { stdout } = await ask(answers, ['history', '--all', '--utc']);
    expect(stdout).toContain(`\
10:00:00  bad0000000  Thandi: Change bad
    refused: CommitRejected.
10:30:00  c0de000000  Thandi: Change c0de
    refused: CommitUnverified.
11:00:00  2b3c4d5e6f`);
    expect(stdout).toMatch(/11:30:00 {2}c0ffee0000\n {4}refused: HistoryRefused\.\n$/);
  });

  it.each([
    [
      ['--since', '150m'],
      ['1a2b3c4d5e', 'bad', 'c0de', '2b3c4d5e6f', 'c0ffee0000'],
    ],
    [
      ['--since', '61m'],
      ['2b3c4d5e6f', 'c0ffee0000'],
    ],
    [
      ['--until', '100m'],
      ['1a2b3c4d5e', 'bad'],
    ],
    [['--commit', '2b3c'], ['2b3c4d5e6f']],
    [['--commit', 'ffff'], []],
  ])('%j chooses what was in force or refused then', async (chosen, ids) => {
    const { stdout } = await ask(answers, ['history', '--all', '-o', 'json', ...chosen]);
    const told = JSON.parse(stdout).map(
      (past: { commit?: { id: string }; id?: string }) => past.commit?.id ?? past.id,
    );
    expect(told.map((id: string) => id.replace(/0+$/, ''))).toEqual(ids.map((id) => id.replace(/0+$/, '')));
  });

  it('is an object for scripts', async () => {
    const { stdout } = await ask(answers, ['history', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { outcome: 'in force', since: T0 - 180 * 60_000, until: T0 - 60 * 60_000, plan: { held: 0 } },
      { outcome: 'in force', until: null, plan: { held: 1 } },
    ]);
  });
});
