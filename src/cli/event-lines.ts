/** Events of the journal as lines. */

import type { Event } from '../model/event.ts';
import { LOUD } from '../model/loud.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import type { Times } from './times.ts';

/** One after another that say the same count as one. */
export interface Folded {
  event: Event;
  /** Of the last one, where there are several. */
  until: number;
  count: number;
}

export function foldEvents(events: readonly Event[]): Folded[] {
  const folded: Folded[] = [];
  for (const event of events) {
    const last = folded.at(-1);
    if (last && isSame(last.event, event)) {
      last.count += 1;
      last.until = event.time;
    } else {
      folded.push({ event, until: event.time, count: 1 });
    }
  }
  return folded;
}

function isSame(a: Event, b: Event): boolean {
  return a.node === b.node && a.reason === b.reason && a.message === b.message && a.commit === b.commit;
}

/** `message (×12, until 14:05:00)`, marked where something is wrong. */
export function sayFolded({ event, until, count }: Folded, times: Times, paint: Paint): string {
  const text = LOUD.has(event.reason) ? paint.warning(event.message) : event.message;
  return count === 1 ? text : `${text} ${paint.faint(`(×${count}, until ${times.at(until)})`)}`;
}

/** `14:02:11  sip-n01       installing   message`; the name column is `width` wide at least. */
export function logLine(event: Event, times: Times, paint: Paint, width: number): string {
  const attempt = event.attempt === null || event.attempt < 2 ? '' : ` (attempt ${event.attempt})`;
  return [
    paint.faint(times.at(event.time)),
    paint.strong((event.node ?? 'site').padEnd(width)),
    (event.phase ?? '-').padEnd(11),
    `${sayFolded({ event, until: event.time, count: 1 }, times, paint)}${paint.faint(attempt)}`,
  ].join('  ');
}

/** Who did it and for which commit: `1a2b3c4d5e thandi`. */
export function sayOrigin({ commit, actor }: Event): string {
  return [commit ? shortCommit(commit) : '', actor].filter((part) => part !== '').join(' ');
}
