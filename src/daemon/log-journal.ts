/** Every durable event as one log line with stable keys (node, commit, phase, attempt, reason). */

import type { Logger } from 'pino';
import type { Event } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';

import { LOUD } from '../model/loud.ts';

export function logJournal(journal: Journal, log: Logger): void {
  journal.subscribe((events) => {
    for (const event of events) log[LOUD.has(event.reason) ? 'warn' : 'info'](keys(event), event.message);
  });
}

/** Only the stable keys; an event's data stays in the journal. */
function keys({ id, node, commit, phase, attempt, reason, actor }: Event): object {
  return { event: id, node, commit: commit?.slice(0, 10), phase, attempt, reason, actor };
}
