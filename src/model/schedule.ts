/** When a schedule of five cron fields starts, in a time zone with its summer time. Pure: the clock is an argument. */

import { Cron } from 'croner';

const compiled = new Map<string, Cron>();

/** Why a text is no schedule, as a clause; null when it is one. The zone must be known. */
export function scheduleMistake(schedule: string, timezone: string): string | null {
  try {
    return cronOf(schedule, timezone).nextRun(new Date(0)) ? null : 'it never comes';
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

/**
 * The first start later than `after`, both in ms since the epoch; null when there is none. A start at an hour that the
 * clock skips comes when the clock has jumped; one at an hour that comes twice comes the first time.
 */
export function nextStart(schedule: string, timezone: string, after: number): number | null {
  return cronOf(schedule, timezone).nextRun(new Date(after))?.getTime() ?? null;
}

/** Without a function to call, croner sets no timer. */
function cronOf(schedule: string, timezone: string): Cron {
  const key = `${timezone} ${schedule}`;
  const known = compiled.get(key);
  if (known) return known;
  const cron = new Cron(schedule, { timezone, mode: '5-part', paused: true });
  compiled.set(key, cron);
  return cron;
}
