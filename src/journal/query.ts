/** Searches among the stored events. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Event } from '../model/event.ts';
import type { EventFilter } from '../model/journal.ts';
import { checkFilter } from './filter.ts';

/** In the order in which events are inserted. */
export const COLUMNS = 'id, time, node, "commit", phase, attempt, actor, reason, message, data';

interface Where {
  terms: string[];
  values: SQLInputValue[];
}

/**
 * Ascending in id. The index is chosen here and not by SQLite, which has no statistics: the node's, else the
 * commit's, else the reasons'; without any of them the rows are walked in order from the newer (or `after`) end.
 */
export function readEvents(db: DatabaseSync, filter: EventFilter): Event[] {
  const limit = checkFilter(filter);
  const bounds = idBounds(db, filter);
  if (bounds.after + 1 >= bounds.before || filter.reasons?.length === 0) return [];
  const order = filter.after === undefined ? 'DESC' : 'ASC';
  const { sql, values } = idsOf(filter, bounds, `ORDER BY id ${order} LIMIT ${limit}`);
  const rows = db
    .prepare(`SELECT ${COLUMNS} FROM events WHERE id IN (SELECT id FROM (${sql})) ORDER BY id`)
    .all(...values);
  return rows.map((row) => ({ ...row, data: JSON.parse(String(row['data'])) }) as unknown as Event);
}

/** Times become ids: both ascend together, so one index serves for either. */
function idBounds(db: DatabaseSync, filter: EventFilter): { after: number; before: number } {
  const { since, until, after = 0, before = Number.MAX_SAFE_INTEGER } = filter;
  const from = since === undefined ? 1 : firstIdAt(db, since);
  const to = until === undefined ? Number.MAX_SAFE_INTEGER : firstIdAt(db, until + 1);
  return { after: Math.max(after, from - 1), before: Math.min(before, to) };
}

/** The first event at or after the time; a number beyond all ids where there is none. */
export function firstIdAt(db: DatabaseSync, time: number): number {
  const row = db.prepare('SELECT id FROM events WHERE time >= ? ORDER BY time, id LIMIT 1').get(time);
  return row ? Number(row['id']) : Number.MAX_SAFE_INTEGER;
}

function idsOf(
  filter: EventFilter,
  bounds: { after: number; before: number },
  tail: string,
): { sql: string; values: SQLInputValue[] } {
  const where: Where = { terms: ['id > ?', 'id < ?'], values: [bounds.after, bounds.before] };
  for (const column of ['node', 'commit', 'phase', 'actor'] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    where.terms.push(`"${column}" = ?`);
    where.values.push(value);
  }
  const { reasons } = filter;
  const index = indexFor(filter);
  if (reasons && index === 'INDEXED BY events_reason') return eachReason(reasons, where, tail);
  if (reasons) {
    where.terms.push(`reason IN (${reasons.map(() => '?').join(', ')})`);
    where.values.push(...reasons);
  }
  return {
    sql: `SELECT id FROM events ${index} WHERE ${where.terms.join(' AND ')} ${tail}`,
    values: where.values,
  };
}

function indexFor({ node, commit, reasons }: EventFilter): string {
  if (node !== undefined) return 'INDEXED BY events_node';
  if (commit !== undefined) return 'INDEXED BY events_commit';
  return reasons ? 'INDEXED BY events_reason' : 'NOT INDEXED';
}

/** One ordered walk per reason, merged: `IN` over several reasons would sort all of their events first. */
function eachReason(
  reasons: readonly string[],
  where: Where,
  tail: string,
): { sql: string; values: SQLInputValue[] } {
  const distinct = [...new Set(reasons)];
  const one = `SELECT id FROM events INDEXED BY events_reason
    WHERE reason = ? AND ${where.terms.join(' AND ')} ${tail}`;
  return {
    sql: `${distinct.map(() => `SELECT id FROM (${one})`).join(' UNION ALL ')} ${tail}`,
    values: distinct.flatMap((reason) => [reason, ...where.values]),
  };
}
