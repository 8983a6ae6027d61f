/** Which events the log shows: read from the address, so that what is found can be linked. */

import { parseAge } from '../../../desired/duration.ts';
import type { NodeView } from '../../../model/api.ts';
import type { Event } from '../../../model/event.ts';
import type { EventFilter, Journal } from '../../../model/journal.ts';
import { LOUD } from '../../../model/loud.ts';
import { PHASES } from '../../../model/phase.ts';
import { type Ask, word } from '../ask.ts';

/** As it was written; empty where nothing was. */
export interface LogFilter {
  text: string;
  node: string;
  pool: string;
  commit: string;
  phase: string;
  reason: string;
  /** `problem`: only what says that something is wrong. */
  severity: string;
  actor: string;
  since: string;
  until: string;
  before: string;
}

/** Fields of the address; the text is `q`, as in the rack's. */
export function logFilterOf(ask: Ask): LogFilter {
  const phase = word(ask, 'phase');
  return {
    text: word(ask, 'q'),
    node: word(ask, 'node'),
    pool: word(ask, 'pool'),
    commit: word(ask, 'commit'),
    phase: PHASES.some((known) => known === phase) ? phase : '',
    reason: word(ask, 'reason'),
    severity: word(ask, 'severity') === 'problem' ? 'problem' : '',
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
export function timeOf(text: string, now: number): number | undefined {
  const age = parseAge(text);
  if (age !== null) return now - age;
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(text)) return undefined;
  const time = Date.parse(`${text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The newest so many that fit; ascending. */
export function readLog(
  journal: Pick<Journal, 'read'>,
  filter: LogFilter,
  { now, limit, nodes, after }: { now: number; limit: number; nodes: readonly NodeView[]; after?: number },
): Event[] {
  const { pool } = filter;
  const members = nodes.filter((node) => node.pool === pool).map(({ name }) => name);
  const found = journal.read({ ...askOf(filter, now), ...(pool === '' ? {} : { nodes: members }), limit });
  return after === undefined ? found : found.filter(({ id }) => id > after);
}

function askOf(
  { text, node, commit, phase, reason, severity, actor, since, until, before }: LogFilter,
  now: number,
): EventFilter {
  const [from, to] = [timeOf(since, now), timeOf(until, now)];
  const reasons = reason !== '' ? reason.split(/[\s,]+/) : severity === 'problem' ? [...LOUD] : undefined;
  return {
    ...(node === '' ? {} : { node }),
    ...(commit === '' ? {} : { commit }),
    ...(text === '' ? {} : { text }),
    ...(phase === '' ? {} : { phase }),
    ...(reasons ? { reasons } : {}),
    ...(actor === '' ? {} : { actor }),
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
    ...(before === '' ? {} : { before: Number(before) }),
  };
}
