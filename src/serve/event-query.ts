/** What people ask of the journal, made out: pools become nodes, and a mistyped name is told with the nearest. */

import { nearest } from '../desired/nearest.ts';
import type { Reason } from '../model/event.ts';
import type { EventFilter, Journal } from '../model/journal.ts';
import { LOUD } from '../model/loud.ts';
import { PHASES } from '../model/phase.ts';
import { REASONS } from '../model/reasons.ts';
import { BadRequest } from './bad-request.ts';

export const SEVERITIES = ['all', 'warning'] as const;

/** As it stands in the address. */
export interface EventQuery extends Omit<EventFilter, 'nodes' | 'reasons'> {
  pool?: string;
  /** One or several, with commas. */
  reason?: string;
  severity?: string;
}

export interface EventPorts {
  journal: Pick<Journal, 'read' | 'subscribe' | 'lastId'>;
  /** Pool of each node of the commit in force; null while none is. */
  members(): ReadonlyMap<string, string> | null;
  /** The node of that name or address, in the commit in force. */
  node(nameOrAddress: string): { name: string } | null;
}

/** Throws BadRequest for a name that nothing has. */
export function eventFilterOf(query: EventQuery, ports: EventPorts): EventFilter {
  const { pool, reason, severity, ...filter } = query;
  if (query.node !== undefined) filter.node = nodeOf(query.node, ports);
  if (query.phase !== undefined) mustBeKnown('phase', query.phase, PHASES);
  if (query.commit !== undefined && !/^[0-9a-z]{1,64}$/.test(query.commit))
    throw new BadRequest(`"${query.commit}" is no commit`, 'write its name, or the first digits of it');
  const reasons = reasonsOf(reason, severity);
  return {
    ...filter,
    ...(reasons ? { reasons } : {}),
    ...(pool === undefined ? {} : { nodes: nodesOf(pool, ports) }),
  };
}

/** Its name. A node that was let go is still known to the journal. Throws BadRequest for one that never was. */
export function nodeOf(name: string, { journal, members, node }: EventPorts): string {
  const known = members();
  if (known === null || known.has(name)) return name;
  const found = node(name);
  if (found) return found.name;
  if (journal.read({ node: name, limit: 1 }).length > 0) return name;
  throw unknown('node', name, known.keys());
}

function nodesOf(pool: string, { members }: EventPorts): string[] {
  const known = members() ?? new Map<string, string>();
  const pools = new Set(known.values());
  mustBeKnown('pool', pool, pools);
  return [...known].filter(([, of]) => of === pool).map(([name]) => name);
}

function reasonsOf(reason: string | undefined, severity: string | undefined): string[] | undefined {
  if (severity !== undefined) mustBeKnown('severity', severity, SEVERITIES);
  const named = reason?.split(/[\s,]+/).filter((part) => part !== '');
  for (const one of named ?? []) mustBeKnown('reason', one, REASONS);
  if (severity !== 'warning') return named;
  return named ? named.filter((one) => LOUD.has(one as Reason)) : [...LOUD];
}

function mustBeKnown(kind: string, value: string, known: Iterable<string>): void {
  const names = [...known];
  if (!names.includes(value)) throw unknown(kind, value, names);
}

const SHORT_LIST = 12;

function unknown(kind: string, value: string, known: Iterable<string>): BadRequest {
  const names = [...known];
  const guess = nearest(value, names);
  const listed = names.length > 0 && names.length <= SHORT_LIST ? `one of ${names.join(', ')}` : undefined;
  return new BadRequest(`there is no ${kind} "${value}"`, guess === null ? listed : `did you mean: ${guess}`);
}
