/** Fault scenarios as tests; `npm run test:faults` plays the same ones, and more. */

import { beforeAll, describe, expect, it } from 'vitest';
import { playAll } from './play.ts';
import type { Outcome } from './scenario.ts';
import { addUp } from './tally.ts';

const RUNS = 100;
const PER_TEST = 10;
/** Played at once: they mostly wait, and share a thread. */
const JOBS = 10;
const SEED = 'barewright';
const TEN_MINUTES = 600_000;

/** A hundred of them, from that number on: played in one queue, and each test waits for its own ten. */
export function playedFrom(begin: number): void {
  describe('fault scenarios on 12 nodes: no promise is broken, and every node comes to rest', () => {
    const waiting = new Map(
      Array.from({ length: RUNS }, (_, i) => [begin + i, Promise.withResolvers<Outcome>()]),
    );
    let all: Promise<Outcome[]>;
    beforeAll(() => {
      all = playAll({ seed: SEED, from: begin, runs: RUNS, jobs: JOBS }, (number, outcome) =>
        waiting.get(number)?.resolve(outcome),
      );
    });

    const firsts = Array.from({ length: RUNS / PER_TEST }, (_, i) => begin + i * PER_TEST);
    it.each(firsts)(
      'promises 2 and 4 to 10: ten scenarios from %i on',
      async (first) => {
        const numbers = Array.from({ length: PER_TEST }, (_, i) => first + i);
        const outcomes = await Promise.all(
          numbers.map(async (number) => ({ number, outcome: await waiting.get(number)?.promise })),
        );
        const stories = outcomes.flatMap(({ number, outcome }) =>
          outcome && outcome.breaches.length > 0 ? [`${again(number)}\n${outcome.story}`] : [],
        );
        expect(outcomes.every(({ outcome }) => outcome)).toBe(true);
        expect(stories.join('\n\n')).toBe('');
      },
      TEN_MINUTES,
    );

    it(
      'they are no idle ones',
      async () => {
        const tally = addUp((await all).map((outcome) => outcome.tally));
        for (const what of [
          'disks wiped',
          'failed attempts',
          'nodes stuck',
          'rewritten histories',
        ] as const) {
          expect(tally[what], what).toBeGreaterThan(10);
        }
      },
      TEN_MINUTES,
    );
  });
}

function again(number: number): string {
  return `npm run test:faults -- --seed ${SEED} --from ${number} --runs 1`;
}
