/** Journal events as lines of the log: what a node says again is folded into one line that moves up. */

import type { Event } from '../../model/event.ts';

export interface Line {
  /** The newest of the folded events. */
  event: Event;
  /** Lines of one key that follow each other for a node are one. */
  key: string;
  count: number;
}

/** Takes events in ascending order; returns lines, the newest first. */
export function foldLines(events: readonly Event[]): Line[] {
  const lines = new Set<Line>();
  const newest = new Map<string | null, Line>();
  for (const event of events) {
    const key = keyOf(event);
    const before = newest.get(event.node);
    const again = before?.key === key;
    if (again) lines.delete(before);
    const line = { event, key, count: again ? before.count + 1 : 1 };
    lines.add(line);
    newest.set(event.node, line);
  }
  return [...lines].reverse();
}

/** The percentages of one step of an install are one line that counts up. */
function keyOf({ node, reason, attempt, message, data }: Event): string {
  const what = reason === 'InstallProgress' && 'step' in data ? data.step : message;
  return `${node ?? ''} ${reason} ${attempt ?? ''} ${what}`;
}
