/** Times and durations as a person reads them. */

import type { Context } from './context.ts';

export interface Times {
  /** `14:02:11`, with the date before it when that is not today. */
  at(time: number): string;
  /** `14:02:11 (3m 12s ago)`. */
  since(time: number): string;
  /** `14:07:11 (in 1m 48s)`. */
  until(time: number): string;
  /** `12s ago`. */
  ago(time: number): string;
}

/** In the context's zone, or in UTC. */
export function timesOf({ now, timeZone }: Pick<Context, 'now' | 'timeZone'>, { utc = false } = {}): Times {
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: utc ? 'UTC' : timeZone,
  });
  const at = (time: number): string => {
    const [date = '', clock = ''] = format.format(time).split(' ');
    return format.format(now()).startsWith(date) ? clock : `${date} ${clock}`;
  };
  const ago = (time: number): string => `${sayDuration(now() - time)} ago`;
  return {
    at,
    ago,
    since: (time) => `${at(time)} (${ago(time)})`,
    until: (time) => (time > now() ? `${at(time)} (in ${sayDuration(time - now())})` : `${at(time)} (now)`),
  };
}

/** `12s`, `4m 12s`, `3h 5m`, `2d 4h`: two units at most, rounded down. Takes ms. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return pair(seconds, 60, 'm', 1, 's');
  if (seconds < 86_400) return pair(seconds, 3600, 'h', 60, 'm');
  return pair(seconds, 86_400, 'd', 3600, 'h');
}

function pair(seconds: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)}${bigUnit}${rest > 0 ? ` ${rest}${smallUnit}` : ''}`;
}
