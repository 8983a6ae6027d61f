import type { Event } from '../model/event.ts';
import type { EventFilter, Facts, Journal } from '../model/journal.ts';
import { matcherOf } from '../model/matches.ts';
import type { NodeState } from '../model/node-state.ts';
import { checkFilter } from './filter.ts';
import { NO_FACTS } from './folded.ts';
import { createJournal } from './journal.ts';
import { isLedger } from './ledger.ts';

export interface MemoryJournalOptions {
  /** ms since the epoch. */
  clock: () => number;
  /** What is remembered from before, without the events that led there. */
  states?: Iterable<NodeState>;
  facts?: Partial<Facts>;
}

/** A journal of the same contract that forgets on exit: for offline plans and scenarios. */
export function openMemoryJournal({ clock, states = [], facts = {} }: MemoryJournalOptions): Journal {
  let events: Event[] = [];
  const store = {
    write(batches: readonly { events: readonly Event[] }[]): void {
      for (const batch of batches) events.push(...batch.events);
    },
    read(filter: EventFilter): Event[] {
      const limit = checkFilter(filter);
      const found = events.filter(matcherOf(filter));
      return filter.after === undefined ? found.slice(-limit) : found.slice(0, limit);
    },
    pruneChunk(olderThan: number): { removed: number; next: null } {
      const last = events.at(-1);
      const kept = events.filter(
        (event) => event.time >= olderThan || isLedger(event.reason) || event === last,
      );
      const removed = events.length - kept.length;
      events = kept;
      return { removed, next: null };
    },
    close(): void {},
  };
  return createJournal(
    store,
    {
      states: new Map([...states].map((state) => [state.name, state])),
      facts: { ...NO_FACTS, ...facts },
      lastId: 0,
      lastTime: 0,
    },
    clock,
  );
}
