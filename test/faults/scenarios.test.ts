import { beforeAll, describe, expect, it } from 'vitest';
import { playAll } from './play.ts';
import type { Outcome } from './scenario.ts';
import { addUp } from './tally.ts';

const RUNS = 200;
const PER_TEST = 10;
const SEED = 'barewright';
const TEN_MINUTES = 600_000;

/**
 * All scenarios share the process's time: they are played in one queue, and each test waits for its own ten.
 * `npm run test:faults` plays the same ones, and more.
 */
describe('fault scenarios on 12 nodes: no promise is broken, and every node comes to rest', () => {
  const waiting = Array.from({ length: RUNS }, () => Promise.withResolvers<Outcome>());
  let all: Promise<Outcome[]>;
  beforeAll(() => {
    all = playAll({ seed: SEED, from: 0, runs: RUNS, jobs: 20 }, (number, outcome) =>
      waiting[number]?.resolve(outcome),
    );
  });

  const firsts = Array.from({ length: RUNS / PER_TEST }, (_, i) => i * PER_TEST);
  it.each(firsts)(
    'promises 2 and 4 to 10: ten scenarios from %i on',
    async (first) => {
      const outcomes = await Promise.all(
        waiting.slice(first, first + PER_TEST).map(({ promise }) => promise),
      );
      const stories = outcomes.flatMap(({ breaches, story }, i) =>
        breaches.length > 0
          ? [`npm run test:faults -- --seed ${SEED} --from ${first + i} --runs 1\n${story}`]
          : [],
      );
      expect(stories.join('\n\n')).toBe('');
    },
    TEN_MINUTES,
  );

  it(
    'they are no idle ones',
    async () => {
      const tally = addUp((await all).map((outcome) => outcome.tally));
      for (const what of ['disks wiped', 'failed attempts', 'nodes stuck', 'rewritten histories'] as const) {
        expect(tally[what], what).toBeGreaterThan(20);
      }
    },
    TEN_MINUTES,
  );
});
