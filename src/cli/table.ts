/** Rows of text in aligned columns. */

export interface Cell {
  text: string;
  paint?: (text: string) => string;
}

const GAP = '   ';

/**
 * A header and rows, each ended by a newline. Takes cells as text, or with marks that do not count as width. With
 * `columns`, what is left of the last column is cut to fit a terminal.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | Cell)[])[],
  { columns = Number.POSITIVE_INFINITY }: { columns?: number } = {},
): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const all = [header.map((text): Cell => ({ text })), ...cells];
  const widths = header.map((_, index) => Math.max(...all.map((row) => row[index]?.text.length ?? 0)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.max(columns - before, 10);
  return all
    .map(
      (row) =>
        `${row
          .map((cell, index) => show(cell, index))
          .join(GAP)
          .trimEnd()}\n`,
    )
    .join('');

  function show({ text, paint = (same) => same }: Cell, index: number): string {
    const last = index === header.length - 1;
    const shown = last && text.length > room ? `${text.slice(0, room - 1).trimEnd()}…` : text;
    return `${paint(shown)}${last ? '' : ' '.repeat((widths[index] ?? 0) - shown.length)}`;
  }
}
