/** The index for searching words among the events (sqlite.org/fts5.html). It holds no text of its own, only where each word is. */

import type { DatabaseSync } from 'node:sqlite';
import type { EventFilter } from '../model/journal.ts';
import { SEARCHED, type Term, wordsOf } from '../model/search-text.ts';

const NAMES = SEARCHED.map((column) => `"${column}"`).join(', ');
const old = SEARCHED.map((column) => `OLD."${column}"`).join(', ');
const fresh = SEARCHED.map((column) => `NEW."${column}"`).join(', ');

/**
 * 2: Kept in step by triggers, so in the transaction that writes or prunes. An event is never changed. A million events take some
 * ten seconds, once.
 */
export function addTextIndex(db: DatabaseSync): void {
  db.exec(`
    CREATE VIRTUAL TABLE events_text USING fts5 (
      ${NAMES}, content = events, content_rowid = id, columnsize = 0, tokenize = "unicode61 remove_diacritics 0"
    );
    CREATE TRIGGER events_text_add AFTER INSERT ON events BEGIN
      INSERT INTO events_text (rowid, ${NAMES}) VALUES (NEW.id, ${fresh});
    END;
    CREATE TRIGGER events_text_remove AFTER DELETE ON events BEGIN
      INSERT INTO events_text (events_text, rowid, ${NAMES}) VALUES ('delete', OLD.id, ${old});
    END;
    INSERT INTO events_text (events_text) VALUES ('rebuild');
  `);
}

/** As an expression of FTS5. Words hold letters and digits only, so nothing in them can be part of the language. */
export function expressionOf(terms: readonly Term[]): string {
  return terms.map(({ words, isOpen }) => `"${words.join(' ')}"${isOpen ? '*' : ''}`).join(' AND ');
}

/** More names than this are told apart by the rows, not by the index. */
const NARROWED = 100;

/** With what else is looked for, so that a frequent word is not walked for the sake of a rare node. */
export function narrowed(expression: string, { node, nodes, reasons, actor }: EventFilter): string {
  const parts = [
    columnIs('node', node === undefined ? nodes : [node]),
    columnIs('reason', reasons),
    columnIs('actor', actor === undefined ? undefined : [actor]),
  ];
  return [`(${expression})`, ...parts.filter((part) => part !== null)].join(' AND ');
}

function columnIs(column: (typeof SEARCHED)[number], names: readonly string[] | undefined): string | null {
  if (!names || names.length > NARROWED) return null;
  const phrases = names.map(wordsOf).filter((words) => words.length > 0);
  if (phrases.length < names.length) return null;
  return `${column} : (${phrases.map((words) => `"${words.join(' ')}"`).join(' OR ')})`;
}
