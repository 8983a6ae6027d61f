/** What a builder says, in bounded room: the beginning, and the end. */

/** Lines of each, and characters of a line. */
export const FIRST_LINES = 50;
const LAST = 200;
const WIDTH = 300;
/** Lines that a sentence takes. */
const QUOTED = 3;

export interface BuildLog {
  add(line: string): void;
  lines(): { lines: string[]; left: number };
  /** The last few, as one line, without what only repeats `message` or the line before; empty for nothing. */
  quote(message: string): string;
}

export function createBuildLog(): BuildLog {
  const first: string[] = [];
  const last: string[] = [];
  let left = 0;
  return {
    add(line) {
      const clean = printable(line);
      if (clean === '') return;
      if (first.length < FIRST_LINES) first.push(clean);
      else if (last.push(clean) > LAST) {
        last.shift();
        left += 1;
      }
    },
    lines: () => ({ lines: [...first, ...last], left }),
    quote: (message) =>
      [...first, ...last]
        .filter((line, i, all) => !line.includes(message) && line !== all[i - 1])
        .slice(-QUOTED)
        .join(' | '),
  };
}

/** Without what would steer a terminal. */
function printable(line: string): string {
  return line
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trimEnd()
    .slice(0, WIDTH);
}
