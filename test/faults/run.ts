/** `npm run test:faults -- --runs 1000`: many fault scenarios, and for each that fails how to play it again. */

import { parseArgs } from 'node:util';
import { playAll } from './play.ts';
import { addUp, sayTally } from './tally.ts';

const USAGE = `npm run test:faults -- [--runs 200] [--seed TEXT] [--from 0] [--jobs 20]

  --runs N     how many scenarios
  --seed TEXT  what they are drawn from; scenario K of a seed is always the same plot
  --from K     number of the first one
  --jobs J     how many are played at once; they mostly wait`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: 'barewright' },
    from: { type: 'string', default: '0' },
    jobs: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else process.exitCode = await run();

async function run(): Promise<number> {
  const [runs, from, jobs] = [values.runs, values.from, values.jobs].map(wholeNumber);
  if (runs === undefined || from === undefined || !jobs) {
    console.error(USAGE);
    return 2;
  }
  const { seed } = values;
  const began = Date.now();
  const failed: number[] = [];
  let stray = 0;
  process.on('unhandledRejection', (error) => {
    stray += 1;
    tell(`an unhandled rejection, which is a breach of promise 8: ${sayError(error)}`);
  });
  const outcomes = await playAll({ seed, from, runs, jobs }, (number, outcome, done) => {
    if (outcome.breaches.length > 0) {
      failed.push(number);
      tell(`\nscenario ${number} failed; again: ${again(seed, number)}\n${outcome.story}\n`);
    }
    progress(done, runs, failed.length, began);
  });
  tell(sayTally(addUp(outcomes.map(({ tally }) => tally))));
  const seconds = Math.round((Date.now() - began) / 1000);
  tell(`${runs} scenarios in ${seconds} s, ${failed.length} failed${failed.length > 0 ? ':' : ''}`);
  for (const number of failed) tell(`  ${again(seed, number)}`);
  return failed.length > 0 || stray > 0 ? 1 : 0;
}

function again(seed: string, number: number): string {
  return `npm run test:faults -- --seed ${JSON.stringify(seed)} --from ${number} --runs 1`;
}

/** A line that is written over on a terminal; elsewhere a new one now and then. */
function progress(done: number, runs: number, failed: number, began: number): void {
  const line = `${done} of ${runs} scenarios, ${failed} failed, ${Math.round((Date.now() - began) / 1000)} s`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001b[K`);
  else if (done % Math.max(1, Math.ceil(runs / 20)) === 0) console.log(line);
}

function tell(text: string): void {
  console.log(process.stdout.isTTY ? `\r\u001b[K${text}` : text);
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function sayError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
