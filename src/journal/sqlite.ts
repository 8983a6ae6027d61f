import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Journal } from '../model/journal.ts';
import type { Loaded } from './folded.ts';
import { createJournal } from './journal.ts';
import { lockStore } from './lock.ts';
import { checkVersion, MIGRATIONS, type Migration, migrate } from './migrations.ts';
import { asReadError } from './sqlite-errors.ts';
import { createSqliteStore, loadStore } from './sqlite-store.ts';

export interface SqliteJournalOptions {
  /** The database; made if it is not there, its directory must be. Beside it stand `-wal`, `-shm` and `.lock`. */
  file: string;
  /** ms since the epoch. */
  clock: () => number;
  /** The steps of the schema. Default: those of this version. */
  migrations?: readonly Migration[];
}

/**
 * Opens the journal for the one daemon that writes it. Rejects with a JournalError: `locked`, `newer-schema`,
 * `corrupt` or `unavailable`; in each case the store is left as it was.
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<Journal> {
  const { file, clock, migrations = MIGRATIONS } = options;
  const lock = lockStore(file);
  try {
    const { db, loaded } = openStore(file, migrations);
    return createJournal(createSqliteStore(db, file, lock.release), loaded, clock);
  } catch (error) {
    lock.release();
    throw asReadError(file, error);
  }
}

function openStore(file: string, migrations: readonly Migration[]): { db: DatabaseSync; loaded: Loaded } {
  // Read-only at first: closing a writable connection would move the log into a store that we must not touch.
  if (existsSync(file)) {
    const look = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      checkVersion(look, file, migrations.length);
    } finally {
      look.close();
    }
  }
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;');
    migrate(db, checkVersion(db, file, migrations.length), migrations);
    return { db, loaded: loadStore(db, file) };
  } catch (error) {
    db.close();
    throw error;
  }
}
