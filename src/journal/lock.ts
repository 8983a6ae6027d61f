/** One daemon per store. The lock is SQLite's own on a small file beside it, so the kernel drops it on kill -9. */

import { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../model/journal.ts';
import { asReadError, isBusy } from './sqlite-errors.ts';

/**
 * Takes the lock of the store at `file` and holds it until `release`. Throws `locked` when another daemon has it.
 * Not for network file systems whose locks do nothing.
 */
export function lockStore(file: string): { release(): void } {
  const lockFile = `${file}.lock`;
  const db = openLock(file, lockFile);
  try {
    // The holder's name is committed first, then the write lock is kept: readers may still see who it is.
    db.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL);
      DELETE FROM holder;
      INSERT INTO holder VALUES (${process.pid});
      COMMIT;
      BEGIN IMMEDIATE;
    `);
  } catch (error) {
    const refusal = isBusy(error) ? locked(file, holderOf(db), error) : asReadError(lockFile, error);
    db.close();
    throw refusal;
  }
  return { release: () => db.close() };
}

function openLock(file: string, lockFile: string): DatabaseSync {
  try {
    return new DatabaseSync(lockFile);
  } catch (error) {
    throw asReadError(file, error);
  }
}

function locked(file: string, pid: unknown, cause: unknown): JournalError {
  const who = pid === undefined ? 'another barewright daemon' : `another barewright daemon (process ${pid})`;
  return new JournalError(
    'locked',
    `The journal ${file} belongs to ${who}. Stop that one first, or give this one its own data directory.`,
    { cause },
  );
}

function holderOf(db: DatabaseSync): unknown {
  try {
    return db.prepare('SELECT pid FROM holder').get()?.['pid'];
  } catch {
    return undefined;
  }
}
