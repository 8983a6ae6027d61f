/**
 * A copy of the events in a local file, which is what is read: Redis answers "the newest of this node" only by walking, and not at
 * once. It holds nothing that Redis has not acknowledged, and may be removed at any time.
 */

import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Event } from '../../model/event.ts';
import { type EventFilter, JournalError } from '../../model/journal.ts';
import type { Batch, Loaded } from '../folded.ts';
import { lockStore } from '../lock.ts';
import { checkVersion, MIGRATIONS, migrate } from '../migrations.ts';
import { asReadError } from '../sqlite-errors.ts';
import { createSqliteStore } from '../sqlite-store.ts';

export interface Copy {
  readonly file: string;
  read(filter: EventFilter): Event[];
  /** Adds what follows the events that it has. */
  add(batches: readonly Batch[]): void;
  /** Puts these in the place of all states and facts that it has. */
  replaceStates(loaded: Pick<Loaded, 'states' | 'facts'>): void;
  remove(events: readonly number[]): void;
  clear(): void;
  close(): void;
}

/** Opens the copy of a store; one of another store, or that cannot be read, is begun anew. Throws `locked` where a daemon has it. */
export function openCopy(file: string, store: string): Copy {
  const lock = lockStore(file);
  try {
    const db = openOrBegin(file, store);
    const { write, read, close } = createSqliteStore(db, file, lock.release);
    const drop = db.prepare('DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))');
    return {
      file,
      read,
      close: () => void close(),
      add: (batches) => void write(batches),
      replaceStates({ states, facts }) {
        db.exec('DELETE FROM states; DELETE FROM facts');
        void write([{ events: [], data: [], states, facts }]);
      },
      remove: (events) => void drop.run(JSON.stringify(events)),
      clear: () => db.exec('DELETE FROM events'),
    };
  } catch (error) {
    lock.release();
    throw asReadError(file, error);
  }
}

function openOrBegin(file: string, store: string): DatabaseSync {
  try {
    const db = openDatabase(file);
    if (db.prepare('SELECT store FROM copy_of').get()?.['store'] === store) return db;
    db.close();
  } catch (error) {
    const explained = asReadError(file, error);
    if (!(explained instanceof JournalError) || explained.code === 'unavailable') throw explained;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const db = openDatabase(file);
  db.prepare('INSERT INTO copy_of VALUES (?)').run(store);
  return db;
}

/** A power cut may take its last events, never its order: those are read from Redis again. */
function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768');
    migrate(db, checkVersion(db, file, MIGRATIONS.length), MIGRATIONS);
    db.exec('CREATE TABLE IF NOT EXISTS copy_of (store TEXT NOT NULL)');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
