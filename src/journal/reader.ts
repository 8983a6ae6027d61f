import { DatabaseSync } from 'node:sqlite';
import { type Journal, JournalError } from '../model/journal.ts';
import { checkVersion, MIGRATIONS } from './migrations.ts';
import { readEvents } from './query.ts';
import { asReadError } from './sqlite-errors.ts';
import { loadStore } from './sqlite-store.ts';

/** What can be asked of a journal that somebody else writes, or nobody. States are those of the last commit. */
export interface JournalReader extends Pick<Journal, 'read' | 'states' | 'facts'> {
  close(): void;
}

/** Opens a store read-only, beside a running daemon or without one. Throws JournalErrors as the daemon's own opening does. */
export function openJournalForReading(file: string): JournalReader {
  const asked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asReadError(file, error);
    }
  };
  const db = asked(() => new DatabaseSync(file, { readOnly: true, timeout: 5_000 }));
  try {
    asked(() => requirePresent(db, file));
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    read: (filter) => asked(() => readEvents(db, filter)),
    states: () => asked(() => loadStore(db, file).states),
    facts: () => asked(() => loadStore(db, file).facts),
    close: () => db.close(),
  };
}

function requirePresent(db: DatabaseSync, file: string): void {
  const version = checkVersion(db, file, MIGRATIONS.length);
  if (version === MIGRATIONS.length) return;
  if (version === 0) {
    const message = `The journal ${file} is empty: the daemon that makes it has only just begun. Ask again.`;
    throw new JournalError('unavailable', message);
  }
  throw new JournalError(
    'unavailable',
    `The journal ${file} has version ${version}, and this barewright reads ${MIGRATIONS.length}. ` +
      'Start the daemon once: it brings the store forward.',
  );
}
