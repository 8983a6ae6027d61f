import type { Event, Reason } from '../model/event.ts';
import type { Client } from './client.ts';
import { MOST_EVENTS } from './event-options.ts';

/** All events of these kinds that the journal has, oldest first, page by page. */
export async function allEvents(client: Client, reasons: readonly Reason[]): Promise<Event[]> {
  const events: Event[] = [];
  for (let after = 0; ; ) {
    const query = { reason: reasons.join(','), after, limit: MOST_EVENTS };
    const page = await client.get<Event[]>('/events', query);
    events.push(...page);
    if (page.length < MOST_EVENTS) return events;
    after = page.at(-1)?.id ?? after;
  }
}
