/** The offending line of a document with a caret under the column, safe to print and without secrets. */

import { printable } from './printable.ts';

const WIDTH = 120;

/** Values that stand behind a name which smells of a secret, and passwords inside of addresses. */
const SECRET_VALUE =
  /((?:pass(?:word|phrase|wd)?(?:Hash)?|secret|token|private_?key)["']?\s*:\s*)(?![{\s#])[^,}#]*[^,}#\s]/gi;
const SECRET_IN_URL = /(:\/\/)[^/\s"'@]+@/g;

export interface Position {
  /** 1-based. */
  line: number;
  column: number;
}

/**
 * Two lines: the line of `text` at the position (a window of it when it is long) and a caret.
 * With `secret`, everything from the column on is hidden, and what looks like a secret is hidden always.
 */
export function excerptOf(text: string, { line, column }: Position, secret = false): string {
  const whole = lineOf(text, line);
  const before = maskSecrets(whole.slice(0, column - 1));
  const masked = secret ? `${before}…` : maskSecrets(whole);
  const caret = Math.min(before.length, masked.length);
  const start = caret > WIDTH - 20 ? caret - 40 : 0;
  return `${printable(masked.slice(start, start + WIDTH))}\n${' '.repeat(caret - start)}^`;
}

function maskSecrets(line: string): string {
  return line.replace(SECRET_VALUE, '$1…').replace(SECRET_IN_URL, '$1…@');
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const end = text.indexOf('\n', start);
    if (end === -1) return '';
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}
