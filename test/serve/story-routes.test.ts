import { describe, expect, it } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { removedBefore } from '../../src/journal/removed.ts';
import type { Explanation, Timeline } from '../../src/model/timeline.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { anEvent, found, NOTHING_PLANNED, waiting } from '../builders/event.ts';
import { aCommit, aState } from '../builders/node.ts';

const target = aState('n1').installed('base').wants('docker', 2).build().want;
if (!target) throw new Error('no target');
const accepted = {
  ...{ commit: aCommit('abc'), previous: null, nodes: 1, plan: NOTHING_PLANNED, pullRequests: [7] },
};

/** One append every ten milliseconds, from 10 on. */
async function aPast() {
  let now = 0;
  const journal = openMemoryJournal({ clock: () => now });
  const plane = aControlPlane(
    {},
    {
      journal,
      status: () => ({ now: 1_000 }) as never,
      removedBefore: () => removedBefore(journal),
    },
  );
  const events = [
    anEvent(null, 'CommitAccepted', accepted, { commit: target?.commit ?? '' }),
    found('n1'),
    anEvent('n1', 'InstallWanted', { target: target as never }),
    anEvent('n1', 'AttemptStarted', { attempt: 1, installId: 'i', target: target as never }),
    waiting('n1', 1),
    waiting('n1', 1),
    anEvent('n1', 'Stuck', { why: 'x' }),
  ];
  for (const event of events) {
    now += 10;
    await journal.append([event]);
  }
  const get = async <T>(path: string): Promise<T> => (await plane.get(`/api/v1/nodes/${path}`)).json();
  return { get, journal };
}

describe('a node\u2019s story', () => {
  it('is told as a timeline, with the pull requests of its installs', async () => {
    const { get } = await aPast();
    const { chapters, isCut } = await get<Timeline>('n1/timeline');
    expect(isCut).toBe(false);
    expect(chapters).toMatchObject([
      { install: null, until: 30 },
      { install: { outcome: 'stuck', pullRequests: [7], attempts: [{ n: 1, installId: 'i' }] }, until: null },
    ]);
    expect(chapters[1]?.lines.map(({ count }) => count)).toEqual([1, 1, 2, 1]);
    expect((await get<Timeline>('n1/timeline?limit=2')).isCut).toBe(true);
  });

  it.each([
    ['since=75', 0],
    ['since=70', 1],
    ['until=29', 1],
    ['since=29&until=30', 1],
    ['until=30', 2],
    ['commit=abc0', 1],
    ['commit=abcd', 0],
  ])('is chosen from in whole chapters: %s', async (query, count) => {
    const { get } = await aPast();
    expect((await get<Timeline>(`n1/timeline?${query}`)).chapters).toHaveLength(count);
  });

  it('is explained at a time, and now', async () => {
    const { get } = await aPast();
    const then = await get<Explanation>('n1/explain?at=55');
    expect(then).toMatchObject({
      ...{ node: 'n1', at: 55, removedBefore: null, inForce: { since: 10, pullRequests: [7] } },
      state: { waitingFor: 'thing 1', want: { profile: 'docker' } },
      attempt: { n: 1, installId: 'i' },
      after: [{ first: { time: 60 } }, { first: { reason: 'Stuck' } }],
    });
    expect(await get('n1/explain')).toMatchObject({ at: 1_000, state: { stuck: 'x' } });
    expect(await get('n1/explain?at=15')).toMatchObject({ state: null, inForce: { since: 10 } });
  });

  it('says from when on events are there, once some were removed', async () => {
    const { get, journal } = await aPast();
    await journal.prune(60);
    expect(await get('n1/explain?at=65')).toMatchObject({ removedBefore: 60, state: { name: 'n1' } });
  });

  it('of a node that never was is refused with the nearest', async () => {
    const { get } = await aPast();
    expect(await get('n2/timeline')).toMatchObject({
      error: { message: 'there is no node "n2"', hint: 'did you mean: n1' },
    });
    expect(await get('n1/explain?at=yesterday')).toMatchObject({ error: { code: 'bad-request' } });
  });
});
