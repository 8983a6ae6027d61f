/** The store's schema, as the steps that lead to it. A step that was released is never changed: add one. */

import type { DatabaseSync } from 'node:sqlite';
import { JournalError } from '../model/journal.ts';
import { inTransaction, pragma } from './sqlite-basics.ts';
import { corrupt } from './sqlite-errors.ts';
import { addTextIndex } from './text-index.ts';

/** Brings the store forward by one version; in one transaction with the new version number. */
export type Migration = (db: DatabaseSync) => void;

/** "bwrt": tells a journal from another program's database (`PRAGMA application_id`). */
export const APPLICATION_ID = 0x62777274;

/**
 * 1: Ids ascend in insertion order, so each index answers "newest first" without sorting. What most events
 * have in common (no commit, no node) is left out of the indices.
 */
function first(db: DatabaseSync): void {
  db.exec(`
    PRAGMA application_id = ${APPLICATION_ID};
    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      time INTEGER NOT NULL,
      node TEXT,
      "commit" TEXT,
      phase TEXT,
      attempt INTEGER,
      actor TEXT NOT NULL,
      reason TEXT NOT NULL,
      message TEXT NOT NULL,
      data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_node ON events (node) WHERE node IS NOT NULL;
    CREATE INDEX events_commit ON events ("commit") WHERE "commit" IS NOT NULL;
    CREATE INDEX events_reason ON events (reason);
    CREATE INDEX events_time ON events (time);
    CREATE TABLE states (node TEXT PRIMARY KEY, state TEXT NOT NULL, event INTEGER NOT NULL) STRICT;
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `);
}

export const MIGRATIONS: readonly Migration[] = [first, addTextIndex];

/**
 * Looks at a store before anything is done to it. Throws `newer-schema` for a later version's,
 * `corrupt` for a database that is no journal. Returns its version, 0 for an empty file.
 */
export function checkVersion(db: DatabaseSync, file: string, known: number): number {
  const version = pragma(db, 'user_version');
  const empty = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
  if (!empty && pragma(db, 'application_id') !== APPLICATION_ID) {
    throw corrupt(file, 'it is a database of another program');
  }
  if (version > known) {
    throw new JournalError(
      'newer-schema',
      `The journal ${file} has version ${version}, and this barewright knows ${known} at most. ` +
        'It was left as it is: run the version that wrote it, or a later one.',
    );
  }
  return version;
}

export function migrate(db: DatabaseSync, version: number, migrations: readonly Migration[]): void {
  migrations.slice(version).forEach((up, i) => {
    inTransaction(db, () => {
      up(db);
      db.exec(`PRAGMA user_version = ${version + i + 1}`);
    });
  });
}
