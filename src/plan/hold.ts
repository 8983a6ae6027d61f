/** A guard's word, and times in its sentences. Pure. */

import type { Guard, Hold } from '../model/plan.ts';

/** `until`, ms since the epoch: when time alone may lift it; null where it cannot. */
export function hold(guard: Guard, why: string, needsApproval = false, until: number | null = null): Hold {
  return { guard, why, needsApproval, ...(until === null ? {} : { until }) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-27 22:00 GMT+2`: to the minute, in a zone. Takes ms since the epoch. */
export function sayTime(time: number, timezone: string): string {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const [year, month, day] = (['year', 'month', 'day'] as const).map((type) => parts.get(type));
  return `${year}-${month}-${day} ${parts.get('hour')}:${parts.get('minute')} ${parts.get('timeZoneName')}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, year: 'numeric', month: two, day: two, hour: two, minute: two },
    ...{ hourCycle: 'h23', timeZoneName: 'shortOffset' },
  });
  formats.set(timeZone, format);
  return format;
}
