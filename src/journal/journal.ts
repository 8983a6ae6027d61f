/** A journal from its two halves: states in memory, events in a store. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Event } from '../model/event.ts';
import { type EventFilter, type Journal, JournalError } from '../model/journal.ts';
import { type Batch, createFolded, type Loaded } from './folded.ts';
import { createGroupCommit } from './group-commit.ts';

/**
 * Where the events are kept. Each call is one transaction, or fails and has changed nothing. Writing may take its time;
 * one write is under way at most.
 */
export interface Store {
  write(batches: readonly Batch[]): void | Promise<void>;
  read(filter: EventFilter): Event[];
  /** Deletes from the events after `cursor` and older than the time; `next` is null once it has seen all. */
  pruneChunk(olderThan: number, cursor: number): Pruned | Promise<Pruned>;
  close(): void | Promise<void>;
}

export interface Pruned {
  removed: number;
  next: number | null;
}

type Listener = (events: readonly Event[]) => void;

export function createJournal(store: Store, loaded: Loaded, clock: () => number): Journal {
  const folded = createFolded(loaded, clock);
  const listeners = new Set<Listener>();
  const watchers = new Set<(node: string) => void>();
  const commits = createGroupCommit(store.write, ({ events }) => announce(listeners, events));
  let closed: Promise<void> | undefined;

  /** After a failed write the states run ahead of the disk, so nothing may act on them any more. */
  function live(): void {
    if (closed) throw new JournalError('closed', 'The journal is closed.');
    if (commits.failure) throw commits.failure;
  }
  function alive<T>(answer: () => T): T {
    live();
    return answer();
  }

  return {
    states: () => alive(() => folded.states),
    state: (node) => alive(() => folded.states.get(node)),
    facts: () => alive(() => folded.facts),
    lastId: () => alive(() => folded.lastId),
    read: (filter) => alive(() => store.read(filter)),
    async append(events, facts = {}) {
      live();
      const batch = folded.take(events, facts);
      for (const node of batch.states.keys()) {
        for (const watch of watchers) watch(node);
      }
      if (events.length > 0 || Object.keys(facts).length > 0) await commits.push(batch);
      return [...batch.events];
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onState(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    async prune(olderThan, signal) {
      let removed = 0;
      let cursor: number | null = 0;
      while (cursor !== null && !signal?.aborted) {
        live();
        const chunk = await store.pruneChunk(olderThan, cursor);
        removed += chunk.removed;
        cursor = chunk.next;
        await nextTurn();
      }
      return removed;
    },
    close() {
      closed ??= shut();
      return closed;
    },
  };

  async function shut(): Promise<void> {
    await commits.flush();
    listeners.clear();
    watchers.clear();
    await store.close();
  }
}

/** A listener that throws is a mistake in the program: it becomes an uncaught exception, the others still hear. */
function announce(listeners: ReadonlySet<Listener>, events: readonly Event[]): void {
  if (events.length === 0) return;
  for (const listener of listeners) {
    try {
      listener(events);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}
