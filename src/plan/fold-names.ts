/** Many node names in few words: `sip-n01…n08`, or `sip-n01, sip-n02 and 6 more`. */

interface Run {
  names: string[];
  prefix: string;
  /** Digits of the last number, padding counted. */
  width: number;
  /** -1 where the name ends in no number. */
  last: number;
}

/** Fewer than this stand side by side: a range of two is no shorter. */
const LEAST_RANGE = 3;

/**
 * `sip-n01…n08, hte-n07`: ranges have no gaps. Takes names in natural order. At most `most` pieces are said, and the
 * rest counted (`and 6 more`); without `most`, every name is covered.
 */
export function sayNames(names: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const pieces = runsOf(names).flatMap(piecesOf);
  const shown = pieces.length > most ? pieces.slice(0, Math.max(1, most - 1)) : pieces;
  const left = shown.reduce((rest, { count }) => rest - count, names.length);
  const said = shown.map(({ text }) => text).join(', ');
  return left > 0 ? `${said} and ${left} more` : said;
}

function runsOf(names: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const name of names) {
    const digits = /\d{1,15}$/.exec(name)?.[0] ?? '';
    const prefix = name.slice(0, name.length - digits.length);
    const run = runs.at(-1);
    if (run && follows(run, prefix, digits)) {
      run.names.push(name);
      run.last += 1;
      run.width = digits.length;
    } else {
      runs.push({ names: [name], prefix, width: digits.length, last: digits === '' ? -1 : Number(digits) });
    }
  }
  return runs;
}

/** `n9`, `n10` follow each other, and so do `n09`, `n10`; `n9`, `n010` do not. */
function follows(run: Run, prefix: string, digits: string): boolean {
  if (run.last < 0 || prefix !== run.prefix || digits === '' || Number(digits) !== run.last + 1) return false;
  return digits.length === run.width || (digits[0] !== '0' && String(run.last).length === run.width);
}

function piecesOf({ names, prefix }: Run): { text: string; count: number }[] {
  if (names.length < LEAST_RANGE) return names.map((text) => ({ text, count: 1 }));
  const end = (names.at(-1) ?? '').slice(prefix.lastIndexOf('-') + 1);
  return [{ text: `${names[0]}…${end}`, count: names.length }];
}
