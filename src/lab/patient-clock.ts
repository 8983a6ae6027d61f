/**
 * A clock that does not run ahead of a busy machine. Deadlines that were made a few hundred times shorter would pass while the
 * process waits for a processor, and nothing would be wrong but the hour: so the time that this thread could have run and
 * was not let does not count, and no turn of the event loop counts for more than a little.
 */

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export interface PatientClock {
  /** Whole ms since the epoch, or a little less; never goes back. */
  now(): number;
  /** Waits until the clock has counted so many ms. */
  sleep(ms: number): Promise<void>;
  close(): void;
}

/** ms that one turn may count for. */
const MOST = 6;
const TURN = 5;

/** Counts from `time` on, ms since the epoch. Does not keep the process alive. */
export function startPatientClock(time = Date.now()): PatientClock {
  let last = performance.now();
  let waited = waitedForProcessor();
  let told = time;
  const timer = setInterval(() => {
    const now = performance.now();
    const waits = waitedForProcessor();
    time += Math.max(0, Math.min(now - last - (waits - waited), MOST));
    last = now;
    waited = waits;
  }, TURN);
  timer.unref();

  function now(): number {
    told = Math.max(told, time + Math.min(performance.now() - last, MOST));
    return Math.trunc(told);
  }

  async function sleep(ms: number): Promise<void> {
    const end = now() + ms;
    for (let left = ms; left > 0; left = end - now()) {
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  return { now, sleep, close: () => clearInterval(timer) };
}

/** ms that this thread has stood in the queue for a processor (Linux: Documentation/scheduler/sched-stats); 0 elsewhere. */
function waitedForProcessor(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
