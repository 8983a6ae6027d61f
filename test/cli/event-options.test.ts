import { describe, expect, it } from 'vitest';
import { timeArgument, timeOf } from '../../src/cli/event-options.ts';

/** As a clock on the wall shows it where the test runs. */
const local = (day: number, hours: number, minutes: number, seconds = 0) =>
  new Date(2026, 5, day, hours, minutes, seconds).getTime();
const now = local(2, 12, 0);

describe('a time on the command line', () => {
  it.each([
    ['11:58:30', local(2, 11, 58, 30)],
    ['12:00', now],
    ['12:00:01', local(1, 12, 0, 1)],
    ['23:15', local(1, 23, 15)],
    ['2026-06-01T08:05', local(1, 8, 5)],
    ['90m', local(2, 10, 30)],
  ])('%s is the last time that it was so', (text, at) => {
    expect(timeOf(timeArgument(text), now)).toBe(at);
  });

  it('with a Z is in UTC, and never after now', () => {
    const at = timeOf(timeArgument('09:30Z'), now);
    expect(new Date(at).toISOString()).toMatch(/T09:30:00\.000Z$/);
    expect(now - at).toBeGreaterThanOrEqual(0);
    expect(now - at).toBeLessThan(24 * 3_600_000);
  });

  it.each(['24:00', '9:30', '12:60', '12', 'noon', '12:00:00:00'])('%s is none', (text) => {
    expect(() => timeArgument(text)).toThrow('Write 10m, 30d, 14:02, or 2026-06-01T12:00.');
  });
});
