/** Windows drawn at random, and an answer of their own to when they are open: minute by minute, by hand. */

import fc from 'fast-check';
import type { Window } from '../../src/model/desired.ts';

export const MINUTE = 60_000;

/** A schedule, and the same as a function of a UTC minute. */
const anySchedule = fc
  .record({
    minute: fc.constantFrom('0', '30', '*/20'),
    hour: fc.constantFrom('*', '3', '20-23', '0,12'),
    day: fc.constantFrom('*', '1-5', '0', '6'),
  })
  .map(({ minute, hour, day }) => ({
    text: `${minute} ${hour} * * ${day}`,
    starts(time: Date) {
      const [m, h, d] = [time.getUTCMinutes(), time.getUTCHours(), time.getUTCDay()];
      const minutes = minute === '*/20' ? m % 20 === 0 : m === Number(minute);
      const hours = { '*': true, '3': h === 3, '20-23': h >= 20, '0,12': h % 12 === 0 }[hour];
      const days = { '*': true, '1-5': d >= 1 && d <= 5, '0': d === 0, '6': d === 6 }[day];
      return minutes && hours && days;
    },
  }));

interface DrawnWindow {
  schedule: { text: string; starts(time: Date): boolean };
  minutes: number;
  kind: 'allow' | 'deny';
}

const anyWindow: fc.Arbitrary<DrawnWindow> = fc.record({
  schedule: anySchedule,
  minutes: fc.integer({ min: 1, max: 1500 }),
  kind: fc.constantFrom('allow' as const, 'deny' as const),
});

export const anyWindows = fc.array(anyWindow, { maxLength: 4 });

/** As the site has them, for installs. */
export function windowsOf(drawn: readonly DrawnWindow[]): Window[] {
  return drawn.map(({ schedule, minutes, kind }, i) => ({
    ...{ name: `w${i}`, kind, schedule: schedule.text, timezone: 'Etc/UTC', duration: minutes * MINUTE },
    ...{ effects: ['install'], pools: null },
  }));
}

export function mayBeginByHand(drawn: readonly DrawnWindow[], now: number): boolean {
  const open = drawn.filter((window) => isOpen(window, now));
  const isAllowed = open.length > 0 || drawn.every(({ kind }) => kind === 'deny');
  return isAllowed && open.every(({ kind }) => kind === 'allow');
}

/** Whether one of its starts was less than its duration ago. */
function isOpen({ schedule, minutes }: DrawnWindow, now: number): boolean {
  const from = Math.floor(now / MINUTE) * MINUTE;
  for (let start = from; start + minutes * MINUTE > now; start -= MINUTE) {
    if (schedule.starts(new Date(start))) return true;
  }
  return false;
}
