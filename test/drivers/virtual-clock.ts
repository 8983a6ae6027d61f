/** Time that passes only when it is told to. */

import type { GuardClock } from '../../src/drivers/guarded.ts';

export interface VirtualClock extends GuardClock {
  /** Lets so much time pass: sleepers wake in order, and what they started runs before the next one wakes. */
  pass(ms: number): Promise<void>;
}

export function virtualClock(): VirtualClock {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];

  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
        if (!next || next.at > end) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        now = next.at;
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}

/** Everything that is only waiting for promises runs before an immediate does. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
