import { expect, it } from 'vitest';
import { type Batch, createFolded, NO_FACTS } from '../../src/journal/folded.ts';
import { createGroupCommit } from '../../src/journal/group-commit.ts';
import { found, waiting } from '../builders/event.ts';

const emptyFolded = () =>
  createFolded({ states: new Map(), facts: NO_FACTS, lastId: 0, lastTime: 0 }, () => 1);

const batchOf = (events: number): Batch =>
  emptyFolded().take(
    Array.from({ length: events }, (_, i) => waiting('n1', i)),
    {},
  );

it('writes a turn in one go, in whole appends, and goes on in the next turn when there is much', async () => {
  const groups: number[][] = [];
  const commits = createGroupCommit(
    (batches) => void groups.push(batches.map(({ events }) => events.length)),
    () => {},
  );
  await Promise.all([1, 2, 1_997, 1, 3_000, 5].map((events) => commits.push(batchOf(events))));
  expect(groups).toEqual([[1, 2, 1_997], [1], [3_000], [5]]);
});

it('rejects all that waits when one write fails, and all that comes', async () => {
  const announced: Batch[] = [];
  const commits = createGroupCommit(
    (batches) => {
      if (batches.some(({ events }) => events.length === 3_000)) throw new Error('no more room');
    },
    (batch) => announced.push(batch),
  );
  const outcomes = await Promise.allSettled([1, 3_000, 2].map((events) => commits.push(batchOf(events))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(announced).toHaveLength(1);
  await expect(commits.push(batchOf(1))).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringContaining('no more room'),
  });
});

it('gives a batch the states of its own events, not those of later ones', () => {
  const folded = emptyFolded();
  const first = folded.take([found('n1'), waiting('n1', 1)], {});
  folded.take([waiting('n1', 2)], {});
  expect(first.states.get('n1')?.waitingFor).toBe('thing 1');
  expect(folded.states.get('n1')?.waitingFor).toBe('thing 2');
});
