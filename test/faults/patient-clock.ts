/**
 * A clock that does not run ahead of a busy machine. Deadlines of seconds that scenarios set would pass while the process
 * waits for a processor, and nothing would be wrong but the hour: so the time that this thread could have run and was not let
 * does not count, and no turn of the event loop counts for more than a little.
 */

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** ms that one turn may count for. */
const MOST = 6;
const TURN = 5;

let time = Date.now();
let last = performance.now();
let waited = waitedForProcessor();
/** What was told last: time never goes back. */
let told = time;

setInterval(() => {
  const now = performance.now();
  const waits = waitedForProcessor();
  time += Math.max(0, Math.min(now - last - (waits - waited), MOST));
  last = now;
  waited = waits;
}, TURN).unref();

/** ms that this thread has stood in the queue for a processor (Linux: Documentation/scheduler/sched-stats); 0 elsewhere. */
function waitedForProcessor(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

function exactly(): number {
  told = Math.max(told, time + Math.min(performance.now() - last, MOST));
  return told;
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
