import { describe, expect, it } from 'vitest';
import { resumeWaits } from '../../src/daemon/resume-waits.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { anEvent, found } from '../builders/event.ts';

const PHASE = { from: 'held', waitingFor: 'its first boot from disk to report' } as const;

describe('promise 8: the time that the daemon was away is not counted', () => {
  it.each([
    { away: 60_000, until: 1_000 + 600_000 + 60_000, why: 'the deadline moves by the time away' },
    {
      away: 7_200_000,
      until: 1_000 + 7_200_000 + 600_000,
      why: 'but a phase never gets more than it has in all',
    },
  ])('$why', async ({ away, until }) => {
    let now = 1_000;
    const journal = openMemoryJournal({ clock: () => now });
    await journal.append([
      found('n1'),
      anEvent('n1', 'PhaseEntered', { ...PHASE, phase: 'restarting', deadline: now + 600_000 }),
    ]);
    now += away;
    await resumeWaits(journal, () => now);
    expect(journal.state('n1')).toMatchObject({
      phase: 'restarting',
      deadline: until,
      waitingFor: PHASE.waitingFor,
    });
  });

  it('a node at rest is left alone', async () => {
    let now = 1_000;
    const journal = openMemoryJournal({ clock: () => now });
    await journal.append([found('n1')]);
    now += 60_000;
    await resumeWaits(journal, () => now);
    expect(journal.lastId()).toBe(1);
  });
});
