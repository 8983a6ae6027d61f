/** Many scenarios, some at a time. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, runScenario } from './scenario.ts';

export interface Series {
  seed: string;
  /** Number of the first scenario. */
  from: number;
  runs: number;
  /** Played at once, while the machine keeps up. */
  jobs: number;
}

/** The seed of scenario `number` of a series: the same plot in every run. */
export function seedOf(seed: string, number: number): string {
  return `${seed}/${number}`;
}

/** Plays all; `onEnd` hears of each. A scenario that cannot be played counts as failed. */
export async function playAll(
  { seed, from, runs, jobs }: Series,
  onEnd: (number: number, outcome: Outcome, done: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = from;
  let playing = 0;
  async function lane(): Promise<void> {
    while (next < from + runs) {
      while (playing > 0 && (await isBehind())) await sleep(LOOK);
      if (next >= from + runs) return;
      const number = next++;
      playing += 1;
      const outcome = await play(seedOf(seed, number));
      playing -= 1;
      outcomes.push(outcome);
      onEnd(number, outcome, outcomes.length);
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane));
  return outcomes;
}

const LOOK = 100;
/** A timer that comes so much too late, ms, says that another scenario would only make all of them miss their deadlines. */
const LATE = 25;

async function isBehind(): Promise<boolean> {
  const before = performance.now();
  await sleep(10);
  return performance.now() - before > 10 + LATE;
}

export async function play(seed: string): Promise<Outcome> {
  try {
    return await runScenario(seed);
  } catch (error) {
    const text = `the scenario could not be played: ${error instanceof Error ? error.stack : String(error)}`;
    return { seed, breaches: [{ promise: 8, node: null, text }], story: text, tally: {} };
  }
}
