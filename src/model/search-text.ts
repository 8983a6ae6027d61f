/** What people search the log for, and whether an event answers it. SQLite's index (`journal/text-index.ts`) answers the same. */

import type { Event } from './event.ts';

/** A word of a search, or several that must follow each other. */
export interface Term {
  /** Lower case, at least one. */
  words: string[];
  /** The last word may go on. */
  isOpen: boolean;
}

/** The columns of an event that are searched: what a line of the log shows. */
export const SEARCHED = ['node', 'reason', 'actor', 'commit', 'message'] as const;

/**
 * Each word of the text must be there, as the beginning of a word: `sip-n0` finds `sip-n01`, `1a2b3c` a commit. What stands in
 * quotes must be there as it is, word by word. Anything but letters and digits only parts words; upper and lower case are alike.
 * Nothing that people can write is an error.
 */
export function termsOf(text: string): Term[] {
  const parts = [...text.matchAll(/"([^"]*)"?|[^\s"]+/g)];
  return parts
    .map(([part, quoted]) => ({ words: wordsOf(quoted ?? part), isOpen: quoted === undefined }))
    .filter(({ words }) => words.length > 0);
}

export function hasTerms(event: Event, terms: readonly Term[]): boolean {
  const texts = SEARCHED.map((column) => wordsOf(event[column] ?? ''));
  return terms.every((term) => texts.some((words) => hasTerm(words, term)));
}

/** Letters and digits of any script, as SQLite's tokenizer `unicode61` parts them (sqlite.org/fts5.html §4.3.1). */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
}

function hasTerm(words: readonly string[], { words: sought, isOpen }: Term): boolean {
  const last = sought.length - 1;
  const fits = (start: number) =>
    sought.every((word, i) => {
      const here = words[start + i];
      return isOpen && i === last ? here?.startsWith(word) : here === word;
    });
  return words.some((_, start) => fits(start));
}
