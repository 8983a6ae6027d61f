/** What a node says again becomes one line that counts. Pure. */

import type { Event } from '../model/event.ts';
import type { Line } from '../model/timeline.ts';

/** Takes events oldest first. Lines come in the order of their first events; what other nodes say meanwhile parts nothing. */
export function foldLines(events: readonly Event[]): Line[] {
  const lines: Line[] = [];
  const newest = new Map<string | null, Line>();
  for (const event of events) {
    const line = newest.get(event.node);
    if (line && lineKey(line.last) === lineKey(event)) {
      line.last = event;
      line.count += 1;
    } else {
      const next = { first: event, last: event, count: 1 };
      newest.set(event.node, next);
      lines.push(next);
    }
  }
  return lines;
}

/** Equal for events of one line. The percentages of one step of an install are one line that counts up. */
export function lineKey({ node, reason, attempt, commit, message, data }: Event): string {
  const what = reason === 'InstallProgress' && 'step' in data ? data.step : message;
  return `${node ?? ''} ${reason} ${attempt ?? ''} ${commit ?? ''} ${what}`;
}
