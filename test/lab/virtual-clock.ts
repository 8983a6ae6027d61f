import type { LabClock } from '../../src/lab/clock.ts';

export interface VirtualClock extends LabClock {
  /** Lets `ms` pass: each timer in its order, and whatever follows from it before the next. */
  advance(ms: number): Promise<void>;
  /** Timers that have not gone off. */
  pending(): number;
}

/** A clock that moves only when told to; it starts at `start` ms since the epoch. */
export function createVirtualClock(start = 1_700_000_000_000): VirtualClock {
  let elapsed = 0;
  let count = 0;
  const timers = new Map<number, { due: number; fn: () => void }>();

  /** Promise chains settle before the event loop turns. */
  function settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  function nextDue(until: number): number | null {
    let found: number | null = null;
    let due = until;
    for (const [id, timer] of timers) {
      if (timer.due < due || (found === null && timer.due <= until)) {
        found = id;
        due = timer.due;
      }
    }
    return found;
  }

  return {
    now: () => start + elapsed,
    elapsed: () => elapsed,
    after(ms, fn) {
      const id = count++;
      timers.set(id, { due: elapsed + ms, fn });
      return () => timers.delete(id);
    },
    pending: () => timers.size,
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let id = nextDue(until); id !== null; id = nextDue(until)) {
        const timer = timers.get(id);
        timers.delete(id);
        if (timer) {
          elapsed = timer.due;
          timer.fn();
        }
        await settle();
      }
      elapsed = until;
    },
  };
}
