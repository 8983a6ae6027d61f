import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { explainer } from '../../src/timeline/explain.ts';
import { anEvent, found, waiting } from '../builders/event.ts';

async function aHistory(
  events: readonly Parameters<ReturnType<typeof openMemoryJournal>['append']>[0][number][],
) {
  let now = 0;
  const journal = openMemoryJournal({ clock: () => now });
  const states = [structuredClone(journal.state('n1') ?? null)];
  for (const event of events) {
    now += 10;
    await journal.append([event]);
    states.push(structuredClone(journal.state('n1') ?? null));
  }
  return { journal, states };
}

it('a node stood at any time where the daemon\u2019s own fold stood then', async () => {
  const step = fc.constantFrom(
    found('n1'),
    waiting('n1', 1),
    waiting('n1', 2),
    anEvent('n1', 'NodeReleased', {}),
    anEvent('n1', 'Paused', { why: 'fan', until: null }),
    anEvent('n1', 'PowerObserved', { state: 'off', previous: 'on' }),
    anEvent('n2', 'Stuck', { why: '' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.nat({ max: 130 }), async (events, at) => {
      const { journal, states } = await aHistory(events);
      const told = explainer('n1', at);
      told.take(journal.read({ node: 'n1' }));
      const { state } = told.explain({ accepted: undefined, next: [], removedBefore: null });
      expect(state).toEqual(states[Math.min(events.length, Math.floor(at / 10))]);
    }),
    { numRuns: 200 },
  );
});

it('tells the last evidence, and what was before and after, folded', async () => {
  const { journal } = await aHistory([
    found('n1'),
    anEvent('n1', 'PowerObserved', { state: 'on', previous: 'unknown' }),
    anEvent('n1', 'Stuck', { why: '' }),
    anEvent('n1', 'Stuck', { why: '' }),
    anEvent('n1', 'Resumed', {}),
  ]);
  const told = explainer('n1', 40);
  told.take(journal.read({ node: 'n1' }));
  const next = journal.read({ node: 'n1', since: 41 });
  const { evidence, before, after } = told.explain({ accepted: undefined, next, removedBefore: null });
  expect(evidence?.reason).toBe('PowerObserved');
  expect(before.map(({ last, count }) => [last.reason, count])).toEqual([
    ['NodeFound', 1],
    ['PowerObserved', 1],
    ['Stuck', 2],
  ]);
  expect(after.map(({ first }) => first.reason)).toEqual(['Resumed']);
});
