/** The known name that a mistyped one most likely means. */

/** The nearest of `known` by edit distance, or null when none is near (a third of the letters, at least one, may differ; of two, one that begins so). */
export function nearest(written: string, known: Iterable<string>): string | null {
  const word = written.slice(0, 64).toLowerCase();
  let best: string | null = null;
  const most = Math.max(1, Math.floor(word.length / 3));
  let least = most + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > least) continue;
    const cost = distance(word, candidate.toLowerCase());
    const isBetter =
      cost < least || (cost === least && !best?.startsWith(word) && candidate.startsWith(word));
    if (isBetter && cost <= most) [best, least] = [candidate, cost];
  }
  return best;
}

/** Edit distance in which a swap of two neighbours counts as one (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    [before, previous] = [previous, row];
  }
  return at(previous, b.length);
}

function at(row: number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
