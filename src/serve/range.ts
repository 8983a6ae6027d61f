/** The one range of a Range header (RFC 9110 §14.1.2, §14.2). */

export interface ByteRange {
  /** Both included. */
  start: number;
  end: number;
}

/**
 * The bytes that are asked for of `size`; null where the header asks for the whole, for several ranges, or for
 * something else, all of which is answered with the whole; 'unsatisfiable' beyond the end.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
