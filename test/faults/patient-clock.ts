/**
 * A clock that does not run ahead of a busy machine. Deadlines of seconds that scenarios set would pass while the process
 * waits for a processor, and nothing would be wrong but the hour: so no turn of the event loop counts for more than a little.
 */

import { performance } from 'node:perf_hooks';

/** ms that one turn may count for. */
const MOST = 15;
const TURN = 5;

let time = Date.now();
let last = performance.now();

setInterval(() => {
  time = exactly();
  last = performance.now();
}, TURN).unref();

function exactly(): number {
  return time + Math.min(performance.now() - last, MOST);
}

/** Whole ms since the epoch, or a little less. */
export function patientNow(): number {
  return Math.trunc(exactly());
}

/** Waits until the clock has counted so many ms. */
export async function patientSleep(ms: number): Promise<void> {
  const end = patientNow() + ms;
  for (let left = ms; left > 0; left = end - patientNow()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}
