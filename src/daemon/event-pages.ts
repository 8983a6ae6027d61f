import type { Event } from '../model/event.ts';
import type { EventFilter, Journal } from '../model/journal.ts';

/** All that the filter lets through, oldest first, so many at once at most: one read of a long journal would hold everything up. */
export function* eventPages(
  journal: Pick<Journal, 'read'>,
  filter: Omit<EventFilter, 'after' | 'limit'>,
  size = 10_000,
): Generator<Event[]> {
  for (let after = 0; ; ) {
    const page = journal.read({ ...filter, after, limit: size });
    if (page.length > 0) yield page;
    if (page.length < size) return;
    after = page.at(-1)?.id ?? after;
  }
}
