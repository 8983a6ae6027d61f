/** Options that choose events, for the API and for a stream. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseAge } from '../desired/duration.ts';
import type { Event } from '../model/event.ts';
import { PHASES } from '../model/phase.ts';
import type { Query } from './client.ts';
import { countArgument, listArgument } from './options.ts';

export interface EventOptions {
  commit?: string;
  phase?: string;
  reason?: string[];
  actor?: string;
  since?: TimeArgument;
  until?: TimeArgument;
  limit?: number;
}

/** The daemon answers with no more at once. */
export const MOST_EVENTS = 10_000;

/** A point in time, or so many ms before now. */
export type TimeArgument = { at: number } | { before: number };

export function addEventOptions(command: Command): Command {
  return command
    .option('--commit <id>', 'only events of this commit')
    .addOption(new Option('--phase <phase>', 'only events of nodes in this phase').choices(PHASES))
    .option('--reason <reason>', 'only events of this kind, such as Stuck; may be repeated', listArgument)
    .option('--actor <name>', 'only what this person (or daemon, node, git) did')
    .option('--since <time>', 'from this time on: 10m, 2h, or 2026-06-01T12:00', timeArgument)
    .option('--until <time>', 'up to this time', timeArgument)
    .option('--limit <count>', 'at most this many, the newest', countArgument);
}

/** A duration counts back from now; a date without a zone is local to the one who asks. */
export function timeArgument(text: string): TimeArgument {
  const ms = parseAge(text);
  if (ms !== null) return { before: ms };
  const at = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
    ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Write 10m, 30d, or 2026-06-01T12:00.');
  return { at };
}

export function queryOf(options: EventOptions, node: string | undefined, now: number): Query {
  return {
    node,
    // The daemon compares whole names; what is shorter is looked for among the answers.
    commit: isShort(options.commit) ? undefined : options.commit,
    phase: options.phase,
    reason: options.reason?.join(','),
    actor: options.actor,
    since: options.since && timeOf(options.since, now),
    until: options.until && timeOf(options.until, now),
    limit: isShort(options.commit) ? MOST_EVENTS : options.limit,
  };
}

/** What of the answer to `queryOf` was asked for. */
export function pickEvents(events: readonly Event[], { commit, limit }: EventOptions): Event[] {
  if (!isShort(commit)) return [...events];
  const picked = events.filter((event) => event.commit?.startsWith(commit ?? ''));
  return limit === undefined ? picked : picked.slice(-limit);
}

function isShort(commit: string | undefined): boolean {
  return commit !== undefined && commit.length < 40;
}

export function timeOf(time: TimeArgument, now: number): number {
  return 'at' in time ? time.at : now - time.before;
}

/** Whether a streamed event is one of those that the options choose. */
export function isChosen(event: Event, options: EventOptions, node: string | undefined): boolean {
  const { commit, phase, reason, actor } = options;
  if (node !== undefined && event.node !== node) return false;
  if (commit !== undefined && !event.commit?.startsWith(commit)) return false;
  if (phase !== undefined && event.phase !== phase) return false;
  if (reason !== undefined && !reason.includes(event.reason)) return false;
  return actor === undefined || event.actor === actor;
}
