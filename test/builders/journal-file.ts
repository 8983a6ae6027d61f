import { existsSync } from 'node:fs';
import { type JournalReader, openJournalForReading } from '../../src/journal/reader.ts';
import { JournalError } from '../../src/model/journal.ts';

/** Reads a journal beside whoever writes it, and closes it again. */
export function readJournal<T>(file: string, read: (journal: JournalReader) => T): T {
  const reader = openJournalForReading(file);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

/** As {@link readJournal}; undefined before there is anything to read: between the making of the file and of its tables, too. */
export function readJournalSoFar<T>(file: string, read: (journal: JournalReader) => T): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readJournal(file, read);
  } catch (error) {
    if (error instanceof JournalError && error.code === 'unavailable') return undefined;
    throw error;
  }
}
