/** Events of the journal as lines. */

import type { Event } from '../model/event.ts';
import { LOUD } from '../model/loud.ts';
import type { Line } from '../model/timeline.ts';
import type { Paint } from '../plan/paint.ts';
import { sayAge, shortCommit } from '../plan/say-age.ts';
import type { Times } from './times.ts';

/** `message, 12 times in 2 min`, marked where something is wrong. */
export function sayLine({ first, last, count }: Line, paint: Paint): string {
  const text = LOUD.has(last.reason) ? paint.warning(last.message) : last.message;
  const again =
    last.reason === 'InstallProgress' ? '' : `, ${count} times in ${sayAge(last.time - first.time)}`;
  return count === 1 ? text : `${text}${paint.faint(again)}`;
}

/** `14:02:11  sip-n01       installing   message`; the name column is `width` wide at least. */
export function logLine(event: Event, times: Times, paint: Paint, width: number): string {
  const attempt = event.attempt === null || event.attempt < 2 ? '' : ` (attempt ${event.attempt})`;
  return [
    paint.faint(times.at(event.time)),
    paint.strong((event.node ?? 'site').padEnd(width)),
    (event.phase ?? '-').padEnd(11),
    `${sayLine({ first: event, last: event, count: 1 }, paint)}${paint.faint(attempt)}`,
  ].join('  ');
}

/** Who did it and for which commit: `1a2b3c4d5e thandi`. */
export function sayOrigin({ commit, actor }: Event): string {
  return [commit ? shortCommit(commit) : '', actor].filter((part) => part !== '').join(' ');
}
