/** Many scenarios, some at a time. */

import { type Outcome, runScenario } from './scenario.ts';

interface Series {
  seed: string;
  /** Number of the first scenario. */
  from: number;
  runs: number;
  /** Played at once. */
  jobs: number;
}

/** The seed of scenario `number` of a series: the same plot in every run. */
function seedOf(seed: string, number: number): string {
  return `${seed}/${number}`;
}

/** Plays all; `onEnd` hears of each. A scenario that cannot be played counts as failed. */
export async function playAll(
  { seed, from, runs, jobs }: Series,
  onEnd: (number: number, outcome: Outcome, done: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = from;
  async function lane(): Promise<void> {
    while (next < from + runs) {
      const number = next++;
      const outcome = await play(seedOf(seed, number));
      outcomes.push(outcome);
      onEnd(number, outcome, outcomes.length);
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane));
  return outcomes;
}

/** Far more than any scenario takes, ms: what hangs must be named, too. */
const WATCHDOG = 300_000;

async function play(seed: string): Promise<Outcome> {
  const watchdog = Promise.withResolvers<never>();
  const timer = setTimeout(() => watchdog.reject(new Error('it does not end')), WATCHDOG);
  try {
    return await Promise.race([runScenario(seed), watchdog.promise]);
  } catch (error) {
    const text = `the scenario could not be played: ${error instanceof Error ? error.stack : String(error)}`;
    return { seed, breaches: [{ promise: 8, node: null, text }], story: text, tally: {} };
  } finally {
    clearTimeout(timer);
  }
}
