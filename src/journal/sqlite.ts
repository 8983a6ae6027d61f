import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Journal } from '../model/journal.ts';
import { createJournal } from './journal.ts';
import { lockStore } from './lock.ts';
import { checkVersion, MIGRATIONS, type Migration, migrate } from './migrations.ts';
import { asReadError } from './sqlite-errors.ts';
import { createSqliteStore, loadStore } from './sqlite-store.ts';

/** ms to wait for a reader of the same file, such as a backup. */
const BUSY_TIMEOUT = 5_000;

export interface SqliteJournalOptions {
  /** The database; made if it is not there, its directory must be. Beside it stand `-wal`, `-shm` and `.lock`. */
  file: string;
  /** ms since the epoch. */
  clock: () => number;
  /** The steps of the schema. Default: those of this version. */
  migrations?: readonly Migration[];
  /** Hears what takes its time: that a large store of an older version is brought forward. */
  say?: (text: string) => void;
}

/**
 * Opens the journal for the one daemon that writes it. Rejects with a JournalError: `locked`, `newer-schema`,
 * `corrupt` or `unavailable`; in each case the store is left as it was.
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<Journal> {
  const { file, clock, migrations = MIGRATIONS, say = () => {} } = options;
  const lock = lockStore(file);
  let db: DatabaseSync | undefined;
  try {
    if (existsSync(file)) lookFirst(file, migrations.length);
    db = openStore(file, migrations, say);
    const loaded = loadStore(db, file);
    return createJournal(createSqliteStore(db, file, lock.release), loaded, clock);
  } catch (error) {
    db?.close();
    lock.release();
    throw asReadError(file, error);
  }
}

/** Read-only: closing a writable connection would move the log into a store that must not be touched. */
function lookFirst(file: string, known: number): void {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT });
  try {
    checkVersion(db, file, known);
  } finally {
    db.close();
  }
}

function openStore(
  file: string,
  migrations: readonly Migration[],
  say: (text: string) => void,
): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -32768;
      PRAGMA journal_size_limit = ${64 * 1024 * 1024};
    `);
    const version = checkVersion(db, file, migrations.length);
    if (version > 0 && version < migrations.length) say(sayForward(db, file, migrations.length));
    migrate(db, version, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function sayForward(db: DatabaseSync, file: string, version: number): string {
  const last = db.prepare('SELECT max(id) AS last FROM events').get()?.['last'] ?? 0;
  return `the journal ${file} (event ${last}) is brought forward to version ${version}; a million events take some ten seconds`;
}
