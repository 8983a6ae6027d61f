/**
 * How the ids of events are found. The index is chosen here and not by SQLite, which has no statistics: that of the words, else
 * the node's, else the commit's, else the reasons'; without any of them the rows are walked in order from the newer (or `after`) end.
 */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type EventFilter, JournalError } from '../model/journal.ts';
import { termsOf } from '../model/search-text.ts';
import { expressionOf, narrowed } from './text-index.ts';

/** Neither id is part of it. */
export interface Bounds {
  after: number;
  before: number;
}

interface Query {
  sql: string;
  values: SQLInputValue[];
}

/** More nodes than this are looked for among all events. */
const WALKED_NODES = 32;
const MOST_COMMITS = 100;

/** A query for ids, or null where nothing can fit. `tail` orders and limits. */
export function idsOf(db: DatabaseSync, filter: EventFilter, bounds: Bounds, tail: string): Query | null {
  const { node, nodes, commit, reasons, text = '' } = filter;
  if (reasons?.length === 0 || nodes?.length === 0) return null;
  const where = whereOf(filter, bounds);
  const terms = termsOf(text);
  if (terms.length > 0) return textWalk(narrowed(expressionOf(terms), filter), bounds, where, tail);
  if (node !== undefined) return walkEach('node', [node], where, tail);
  if (commit !== undefined) return walkEach('commit', commitsOf(db, commit), where, tail);
  if (nodes && nodes.length <= WALKED_NODES) return walkEach('node', nodes, where, tail);
  if (reasons) return walkEach('reason', reasons, where, tail);
  return { sql: `SELECT id FROM events NOT INDEXED WHERE ${where.sql} ${tail}`, values: where.values };
}

function whereOf(filter: EventFilter, { after, before }: Bounds): Query {
  const { node, nodes, commit, phase, actor, reasons } = filter;
  const equal = { node, phase, actor };
  const terms: [string, SQLInputValue][] = [
    ['id > ?', after],
    ['id < ?', before],
  ];
  for (const [column, value] of Object.entries(equal))
    if (value !== undefined) terms.push([`events.${column} = ?`, value]);
  if (commit !== undefined) terms.push([`substr(events."commit", 1, ${commit.length}) = ?`, commit]);
  if (nodes) terms.push(['events.node IN (SELECT value FROM json_each(?))', JSON.stringify(nodes)]);
  if (reasons) terms.push(['events.reason IN (SELECT value FROM json_each(?))', JSON.stringify(reasons)]);
  return { sql: terms.map(([sql]) => sql).join(' AND '), values: terms.map(([, value]) => value) };
}

/** One ordered walk per value, merged: `IN` over several values would sort all of their events first. */
function walkEach(
  column: 'node' | 'commit' | 'reason',
  values: readonly string[],
  where: Query,
  tail: string,
): Query | null {
  const distinct = [...new Set(values)];
  if (distinct.length === 0) return null;
  const one = `SELECT id FROM events INDEXED BY events_${column} WHERE "${column}" = ? AND ${where.sql} ${tail}`;
  return {
    sql: `${distinct.map(() => `SELECT id FROM (${one})`).join(' UNION ALL ')} ${tail}`,
    values: distinct.flatMap((value) => [value, ...where.values]),
  };
}

/** The words' index walks in order by itself; each hit's row is looked at for the rest. */
function textWalk(expression: string, { after, before }: Bounds, where: Query, tail: string): Query {
  const hits = 'events_text CROSS JOIN events ON events.id = events_text.rowid';
  const within = 'events_text MATCH ? AND events_text.rowid > ? AND events_text.rowid < ?';
  return {
    sql: `SELECT id FROM ${hits} WHERE ${within} AND ${where.sql} ${tail.replace(' id ', ' events_text.rowid ')}`,
    values: [expression, after, before, ...where.values],
  };
}

/** The names of commits that begin so: the index is asked for the next one again and again. Throws `bad-filter` for too many. */
function commitsOf(db: DatabaseSync, prefix: string): string[] {
  const next = db.prepare(`
    SELECT "commit" AS name FROM events INDEXED BY events_commit
    WHERE "commit" > ? AND "commit" IS NOT NULL ORDER BY "commit" LIMIT 1
  `);
  const whole = db
    .prepare('SELECT 1 FROM events INDEXED BY events_commit WHERE "commit" = ? LIMIT 1')
    .get(prefix);
  const found: string[] = whole ? [prefix] : [];
  for (let name = prefix; ; ) {
    const row = next.get(name);
    name = String(row?.['name'] ?? '');
    if (!row || !name.startsWith(prefix)) return found;
    found.push(name);
    if (found.length > MOST_COMMITS) throw tooMany(prefix);
  }
}

function tooMany(prefix: string): JournalError {
  return new JournalError(
    'bad-filter',
    `More than ${MOST_COMMITS} commits begin with "${prefix}"; write more of it.`,
  );
}
