/** Searches among the stored events. */

import type { DatabaseSync } from 'node:sqlite';
import type { Event } from '../model/event.ts';
import type { EventFilter } from '../model/journal.ts';
import { matcherOf } from '../model/matches.ts';
import { checkFilter } from './filter.ts';
import { type Bounds, idsOf } from './walks.ts';

/** In the order in which events are inserted. */
export const COLUMNS = 'id, time, node, "commit", phase, attempt, actor, reason, message, data';

/** A node with no more events than this is searched event by event: a frequent word would be walked through all nodes. */
const SCANNED = 2_000;

/** Ascending in id. How they are found stands in walks.ts. */
export function readEvents(db: DatabaseSync, filter: EventFilter): Event[] {
  const limit = checkFilter(filter);
  const { text, ...rest } = filter;
  if (text === undefined || !hasFew(db, filter.node)) return readIndexed(db, filter, limit);
  const found = readIndexed(db, rest, SCANNED).filter(matcherOf(filter));
  return filter.after === undefined ? found.slice(-limit) : found.slice(0, limit);
}

function hasFew(db: DatabaseSync, node: string | undefined): boolean {
  if (node === undefined) return false;
  const own = `SELECT 1 FROM events INDEXED BY events_node WHERE node = ? LIMIT ${SCANNED + 1}`;
  return Number(db.prepare(`SELECT count(*) AS n FROM (${own})`).get(node)?.['n']) <= SCANNED;
}

function readIndexed(db: DatabaseSync, filter: EventFilter, limit: number): Event[] {
  const bounds = idBounds(db, filter);
  if (bounds.after + 1 >= bounds.before) return [];
  const order = filter.after === undefined ? 'DESC' : 'ASC';
  const walk = idsOf(db, filter, bounds, `ORDER BY id ${order} LIMIT ${limit}`);
  if (walk === null) return [];
  const { sql, values } = walk;
  const rows = db
    .prepare(`SELECT ${COLUMNS} FROM events WHERE id IN (SELECT id FROM (${sql})) ORDER BY id`)
    .all(...values);
  return rows.map((row) => ({ ...row, data: JSON.parse(String(row['data'])) }) as unknown as Event);
}

/** Times become ids: both ascend together, so one index serves for either. */
function idBounds(db: DatabaseSync, filter: EventFilter): Bounds {
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
