/** Which events the log shows: read from the address, so that what is found can be linked. */

import { parseAge } from '../../../desired/duration.ts';
import type { Event } from '../../../model/event.ts';
import { BadRequest } from '../../bad-request.ts';
import { type EventPorts, type EventQuery, eventFilterOf } from '../../event-query.ts';
import { type Ask, word } from '../ask.ts';

/** As it was written; empty where nothing was. */
export interface LogFilter {
  text: string;
  node: string;
  pool: string;
  commit: string;
  phase: string;
  reason: string;
  /** `warning`: only what says that something is wrong. */
  severity: string;
  actor: string;
  since: string;
  until: string;
  before: string;
}

/** Fields of the address; the text is `q`, as in the rack's. */
export function logFilterOf(ask: Pick<Ask, 'query'>): LogFilter {
  return {
    text: word(ask, 'q'),
    node: word(ask, 'node'),
    pool: word(ask, 'pool'),
    commit: word(ask, 'commit'),
    phase: word(ask, 'phase'),
    reason: word(ask, 'reason'),
    severity: word(ask, 'severity'),
    actor: word(ask, 'actor'),
    since: word(ask, 'since'),
    until: word(ask, 'until'),
    before: /^[1-9]\d{0,14}$/.test(word(ask, 'before')) ? word(ask, 'before') : '',
  };
}

/** As a query; `before` is the place and no part of what is asked. */
export function queryOf({ before: _, text, ...fields }: LogFilter): string {
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries({ q: text, ...fields }))
    if (value !== '') query.set(field, value);
  return query.toString();
}

/** How many fields are set. */
export function countSet({ before: _, ...fields }: LogFilter): number {
  return Object.values(fields).filter((value) => value !== '').length;
}

/** ms since the epoch; `2h` counts back from now, and a date is UTC. Undefined for what is no time. */
function timeOf(text: string, now: number): number | undefined {
  const age = parseAge(text);
  if (age !== null) return now - age;
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(text)) return undefined;
  const time = Date.parse(`${text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
}

interface Place {
  now: number;
  limit: number;
  after?: number;
}

/** The newest so many that fit, ascending; none where the filter is not understood, which `problems` then says. */
export function readLog(
  ports: EventPorts,
  filter: LogFilter,
  { now, limit, after }: Place,
): { events: Event[]; problems: string[] } {
  const problems = [filter.since, filter.until].flatMap((text) =>
    text !== '' && timeOf(text, now) === undefined
      ? [`“${text}” is no time: write 2h, 3d, or 2026-06-01 12:00 (UTC).`]
      : [],
  );
  try {
    const asked = eventFilterOf(askedOf(filter, now), ports);
    const events = ports.journal.read({ ...asked, limit });
    return { events: after === undefined ? events : events.filter(({ id }) => id > after), problems };
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return { events: [], problems: [...problems, `${error.message}${hint}.`] };
  }
}

function askedOf({ since, until, before, ...words }: LogFilter, now: number): EventQuery {
  const set = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== ''));
  const [from, to] = [timeOf(since, now), timeOf(until, now)];
  return {
    ...set,
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
    ...(before === '' ? {} : { before: Number(before) }),
  };
}
