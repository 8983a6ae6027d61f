/** Times of a daemon whose machines live some hundred times as fast as real ones, in the same proportions. Real ms. */

import type { Timing } from '../../act/step.ts';
import type { LabClock } from '../../lab/clock.ts';
import type { PatientClock } from '../../lab/patient-clock.ts';
import type { DaemonSettings } from '../settings.ts';

export const HURRIED: Timing = { poll: 20, settle: 120, nextBootValid: 2_000, retryDelay: 40 };

/** A BMC lets go of a lost session after 3 s, of a lost log-in after 250 ms. */
export const BMC_HURRY = 20;

export function hurriedDrivers({
  now,
  sleep,
}: Pick<PatientClock, 'now' | 'sleep'>): NonNullable<DaemonSettings['drivers']> {
  return {
    timing: {
      open: [100, 150, 250],
      login: [100, 100, 150, 150],
      read: [100, 100, 150, 150],
      write: 400,
      close: [100],
    },
    guards: { firstRest: 80, longestRest: 500, busyRest: 150, notReadyRest: 60 },
    clock: { now, sleep },
  };
}

/** The rack's time, by the same clock as the daemon's. */
export function hurriedLab({ now }: Pick<PatientClock, 'now'>, speed: number): LabClock {
  const start = now();
  return {
    now,
    elapsed: () => (now() - start) * speed,
    // A timer that comes before the clock has counted as much waits for the rest.
    after(ms, fn) {
      const end = now() + ms / speed;
      let timer = setTimeout(look, ms / speed);
      function look(): void {
        const left = end - now();
        if (left > 1) timer = setTimeout(look, left);
        else fn();
      }
      return () => clearTimeout(timer);
    },
  };
}
