/** The lines in which two texts differ, as a unified diff. */

interface Line {
  mark: ' ' | '-' | '+';
  text: string;
}

const CONTEXT = 3;

/** Empty where the texts are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  return `--- a/${path}\n+++ b/${path}\n${hunks(lines).join('')}`;
}

/** Whether the last line is ended is not told. */
function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

function compare(a: string[], b: string[]): Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const same = (text: string): Line => ({ mark: ' ', text });
  return [
    ...a.slice(0, start).map(same),
    ...changes(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

/** Beyond this the changed parts are told as removed and added whole: lines before times lines after. */
const MOST_CELLS = 4_000_000;

/** By the longest common subsequence. */
function changes(a: string[], b: string[]): Line[] {
  if (a.length * b.length > MOST_CELLS) {
    return [...a.map((text): Line => ({ mark: '-', text })), ...b.map((text): Line => ({ mark: '+', text }))];
  }
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i++] ?? '' });
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: a[i++] ?? '' });
    } else {
      lines.push({ mark: '+', text: b[j++] ?? '' });
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): string[] {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  );
  const texts: string[] = [];
  let [before, after] = [1, 1];
  for (let index = 0; index < lines.length; ) {
    const hunk: Line[] = [];
    while (shown[index] && index < lines.length) hunk.push(lines[index++] ?? { mark: ' ', text: '' });
    const old = hunk.filter(({ mark }) => mark !== '+').length;
    const fresh = hunk.filter(({ mark }) => mark !== '-').length;
    if (hunk.length > 0) {
      const body = hunk.map(({ mark, text }) => `${mark}${text}\n`).join('');
      texts.push(`@@ -${before},${old} +${after},${fresh} @@\n${body}`);
    }
    before += old;
    after += fresh;
    while (index < lines.length && !shown[index]) {
      index += 1;
      before += 1;
      after += 1;
    }
  }
  return texts;
}
