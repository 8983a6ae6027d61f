/** Text of unknown origin made safe for a terminal and a log. */

/** C0, DEL, C1, line separators, and the marks that reverse the reading direction. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const EVERY = new RegExp(UNPRINTABLE.source, 'g');

/** Index of the first character that must not stand in any text of a document, or -1. */
export function findUnprintable(text: string): number {
  return text.search(UNPRINTABLE);
}

/** One replacement character for each unprintable one, so that columns stay as they are. */
export function printable(text: string): string {
  return text.replace(EVERY, (character) => (character === '\t' ? ' ' : '\ufffd'));
}

/** `U+000A`, as a person can look it up. */
export function codePoint(text: string, index: number): string {
  return `U+${(text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
