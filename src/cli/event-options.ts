/** Options that choose events, for the API and for a stream. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseAge } from '../desired/duration.ts';
import { PHASES } from '../model/phase.ts';
import type { Query } from './client.ts';
import { countArgument, listArgument } from './options.ts';

export interface EventOptions {
  pool?: string;
  commit?: string;
  phase?: string;
  reason?: string[];
  severity?: string;
  actor?: string;
  search?: string;
  since?: TimeArgument;
  until?: TimeArgument;
  limit?: number;
}

/** The daemon answers with no more at once. */
export const MOST_EVENTS = 10_000;

/** A point in time, so many ms before now, or a time of the day: hours, minutes, seconds. */
export type TimeArgument = { at: number } | { before: number } | { clock: Clock };

type Clock = { time: [number, number, number]; utc: boolean };

export function addEventOptions(command: Command): Command {
  return command
    .option(
      '--search <words>',
      'only events with all of these words; "in quotes" as they are, one after another',
    )
    .option('--pool <pool>', 'only events of the nodes of this pool')
    .option('--commit <id>', 'only events of this commit; its first digits will do')
    .addOption(new Option('--phase <phase>', 'only events of nodes in this phase').choices(PHASES))
    .option('--reason <reason>', 'only events of this kind, such as Stuck; may be repeated', listArgument)
    .addOption(
      new Option('--severity <severity>', 'warning: only what says that something is wrong').choices([
        'all',
        'warning',
      ]),
    )
    .option('--actor <name>', 'only what this person (or daemon, node, git) did')
    .option('--since <time>', 'from this time on: 10m, 2h, 14:02, or 2026-06-01T12:00', timeArgument)
    .option('--until <time>', 'up to this time', timeArgument)
    .option('--limit <count>', 'at most this many, the newest', countArgument);
}

/** A duration counts back from now; a date or a time of the day without a zone is local to the one who asks. */
export function timeArgument(text: string): TimeArgument {
  const ms = parseAge(text);
  if (ms !== null) return { before: ms };
  const clock = clockOf(text);
  if (clock) return { clock };
  const at = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
    ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Write 10m, 30d, 14:02, or 2026-06-01T12:00.');
  return { at };
}

export function queryOf(options: EventOptions, node: string | undefined, now: number): Query {
  const { pool, commit, phase, reason, severity, actor, search, since, until, limit } = options;
  return {
    ...{ node, pool, commit, phase, severity, actor, limit },
    reason: reason?.join(','),
    text: search,
    since: since && timeOf(since, now),
    until: until && timeOf(until, now),
  };
}

export function timeOf(time: TimeArgument, now: number): number {
  if ('clock' in time) return lastAt(time.clock, now);
  return 'at' in time ? time.at : now - time.before;
}

/** `14:02`, `14:02:11`, in UTC with a Z: as the answers write what was today. */
function clockOf(text: string): Clock | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z?)$/.exec(text);
  if (!match) return null;
  const [, hours, minutes, seconds = '0', zone] = match;
  return { time: [Number(hours), Number(minutes), Number(seconds)], utc: zone === 'Z' };
}

/** The last time that a clock showed this. */
function lastAt({ time: [hours, minutes, seconds], utc }: Clock, now: number): number {
  const day = new Date(now);
  const set = () =>
    utc ? day.setUTCHours(hours, minutes, seconds, 0) : day.setHours(hours, minutes, seconds, 0);
  if (set() <= now) return day.getTime();
  day.setDate(day.getDate() - 1);
  return set();
}
