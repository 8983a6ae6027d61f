/** The journal's events, states and facts in one SQLite file. */

import type { DatabaseSync } from 'node:sqlite';
import type { Facts } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { type Batch, type Loaded, NO_FACTS } from './folded.ts';
import type { Store } from './journal.ts';
import { LEDGER_REASONS } from './ledger.ts';
import { COLUMNS, firstIdAt, readEvents } from './query.ts';
import { inTransaction } from './sqlite-basics.ts';
import { asReadError, asWriteError, corrupt } from './sqlite-errors.ts';

/** Rows looked at in one go of pruning: some 30 ms, most of it taking their words out of the index. */
const PRUNE_CHUNK = 500;

/** States and facts, not events: takes time by the number of nodes, not by the length of the history. */
export function loadStore(db: DatabaseSync, file: string): Loaded {
  const states = new Map<string, NodeState>();
  for (const { node, state } of db.prepare('SELECT node, state FROM states').iterate()) {
    states.set(String(node), parse(file, String(state)) as NodeState);
  }
  const facts: Facts = { ...NO_FACTS };
  for (const { name, value } of db.prepare('SELECT name, value FROM facts').iterate()) {
    Object.assign(facts, { [String(name)]: parse(file, String(value)) });
  }
  const last = db.prepare('SELECT id, time FROM events ORDER BY id DESC LIMIT 1').get();
  return { states, facts, lastId: Number(last?.['id'] ?? 0), lastTime: Number(last?.['time'] ?? 0) };
}

function parse(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw corrupt(file, 'a stored state is no JSON', error);
  }
}

/** `closed` is called once the database is closed. */
export function createSqliteStore(db: DatabaseSync, file: string, closed: () => void): Store {
  const write = prepareWrite(db);
  const prune = preparePrune(db);
  return {
    write: (batches) => orThrow(asWriteError, file, () => inTransaction(db, () => write(batches))),
    read: (filter) => orThrow(asReadError, file, () => readEvents(db, filter)),
    pruneChunk: (olderThan, cursor) =>
      orThrow(asWriteError, file, () => inTransaction(db, () => prune(olderThan, cursor))),
    close() {
      try {
        db.close();
      } finally {
        closed();
      }
    },
  };
}

function orThrow<T>(explain: (file: string, error: unknown) => unknown, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(file, error);
  }
}

function prepareWrite(db: DatabaseSync): (batches: readonly Batch[]) => void {
  const insert = db.prepare(`INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const putState = db.prepare('INSERT OR REPLACE INTO states (node, state, event) VALUES (?, ?, ?)');
  const dropState = db.prepare('DELETE FROM states WHERE node = ?');
  const putFact = db.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)');

  return (batches) => {
    const states = new Map<string, NodeState | undefined>();
    const facts: Partial<Facts> = {};
    let lastId = 0;
    for (const batch of batches) {
      batch.events.forEach((event, i) => {
        const { id, time, node, commit, phase, attempt, actor, reason, message } = event;
        const data = batch.data[i] ?? null;
        insert.run(id, time, node, commit, phase, attempt, actor, reason, message, data);
        lastId = id;
      });
      for (const [node, state] of batch.states) states.set(node, state);
      Object.assign(facts, batch.facts);
    }
    // Each node once, however many of the transaction's events touched it.
    for (const [node, state] of states) {
      if (state) putState.run(node, JSON.stringify(state), lastId);
      else dropState.run(node);
    }
    for (const [name, value] of Object.entries(facts)) putFact.run(name, JSON.stringify(value));
  };
}

function preparePrune(db: DatabaseSync): Store['pruneChunk'] {
  // The newest event always stays: the next id and the least next time are read from it.
  const chunk = db.prepare(`
    SELECT max(id) AS last FROM
      (SELECT id FROM events WHERE id > ? AND id < min(?, (SELECT max(id) FROM events)) ORDER BY id LIMIT ${PRUNE_CHUNK})
  `);
  const kept = LEDGER_REASONS.map((reason) => `'${reason}'`).join(', ');
  const remove = db.prepare(`DELETE FROM events WHERE id > ? AND id <= ? AND reason NOT IN (${kept})`);

  return (olderThan, cursor) => {
    const last = chunk.get(cursor, firstIdAt(db, olderThan))?.['last'];
    if (typeof last !== 'number') return { removed: 0, next: null };
    return { removed: Number(remove.run(cursor, last).changes), next: last };
  };
}
