/** What a bench finds out, and how it is shown. */

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** At most this, in the same unit. */
  goal?: number;
  /** What the peer needed in the same run, in the same unit. */
  peer?: { name: string; value: number };
  /** What a reader has to know beside it. */
  note?: string;
}

export interface BenchOptions {
  /** Smaller and shorter, to see that it works. */
  quick: boolean;
  /** Hears what long work is at. */
  progress(message: string): void;
}

export function isMissed({ value, goal }: Figure): boolean {
  return goal !== undefined && value > goal;
}

/** A table for people; a note stands under its line. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    shown(figure.value, figure.unit),
    figure.goal === undefined ? '' : `≤ ${shown(figure.goal, figure.unit)}`,
    figure.peer ? `${figure.peer.name} ${shown(figure.peer.value, figure.unit)}` : '',
    figure.peer ? `${(figure.value / figure.peer.value).toFixed(2)} of it` : '',
    figure.goal === undefined ? '' : isMissed(figure) ? 'MISSED' : 'met',
  ]);
  const all = [['figure', 'here', 'goal', 'peer', 'ratio', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines
    .flatMap((line, i) => [line.trimEnd(), ...(figures[i - 1]?.note ? [`    ${figures[i - 1]?.note}`] : [])])
    .join('\n');
}

function shown(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en', { maximumFractionDigits: digits });
  return unit === '%' ? `${text} %` : `${text} ${unit}`;
}

/** The middle of an odd number of values; the mean of the two middle ones otherwise. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** By linear interpolation; NaN of no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
