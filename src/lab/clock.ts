/** The lab's time. Machines count in lab time; a rack at speed 60 lives an hour of it in a minute. */

export interface LabClock {
  /** Wall-clock time, ms since the epoch: what the history of a machine is stamped with. */
  now(): number;
  /** Lab time since the rack was started, ms. */
  elapsed(): number;
  /** Calls `fn` once after `ms` of lab time; the answer cancels it. */
  after(ms: number, fn: () => void): () => void;
}

/**
 * A clock on the process's own timers.
 *
 * @param speed how many lab seconds pass in a second; 1 is real time.
 */
export function createLabClock(speed: number): LabClock {
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new RangeError(`speed must be a number above 0, not ${speed}`);
  }
  const start = performance.now();
  return {
    now: Date.now,
    elapsed: () => (performance.now() - start) * speed,
    after(ms, fn) {
      const timer = setTimeout(fn, ms / speed);
      return () => clearTimeout(timer);
    },
  };
}
