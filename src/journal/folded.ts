/** The part of a journal that lives in memory: the states as of the last append, durable or not. */

import type { Event, NewEvent } from '../model/event.ts';
import { fold, place } from '../model/fold.ts';
import type { Facts } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';

/** What a store hands over when it is opened. */
export interface Loaded {
  states: Map<string, NodeState>;
  facts: Facts;
  /** Id and time of the last event; zeros in an empty store. */
  lastId: number;
  lastTime: number;
}

/** One append, placed and folded, and what must go to disk with it. */
export interface Batch {
  events: readonly Event[];
  /** The events' data as JSON, taken at the call: what the caller does with its objects later changes nothing. */
  data: readonly string[];
  /** The states its nodes have after it; undefined for a released node. */
  states: ReadonlyMap<string, NodeState | undefined>;
  facts: Partial<Facts>;
}

export interface Folded {
  readonly states: ReadonlyMap<string, NodeState>;
  readonly facts: Readonly<Facts>;
  readonly lastId: number;
  /** Places and folds all events, or throws and leaves everything as it was. */
  take(events: readonly NewEvent[], facts: Partial<Facts>): Batch;
}

export const NO_FACTS: Readonly<Facts> = { acceptedCommit: null, allowedHead: null };

/**
 * Time never runs backwards in one store: when the wall clock steps back, events keep the last time
 * until the clock has caught up. Searches by time lean on that.
 */
export function createFolded(loaded: Loaded, clock: () => number): Folded {
  const { states } = loaded;
  let { facts, lastId, lastTime } = loaded;

  function take(events: readonly NewEvent[], changed: Partial<Facts>): Batch {
    const data = events.map((event) => JSON.stringify(event.data));
    const time = Math.max(lastTime, Math.trunc(clock()));
    const before = new Map<string, NodeState | undefined>();
    const placed: Event[] = [];
    try {
      for (const event of events) {
        if (event.node !== null && !before.has(event.node)) before.set(event.node, states.get(event.node));
        const after = fold(states, { ...event, time });
        placed.push(place(event, lastId + placed.length + 1, time, after));
      }
    } catch (error) {
      restore(states, before);
      throw error;
    }
    if (placed.length > 0) lastTime = time;
    lastId += placed.length;
    facts = { ...facts, ...changed };
    return {
      events: placed,
      data,
      states: new Map([...before.keys()].map((node) => [node, states.get(node)])),
      facts: changed,
    };
  }

  return {
    states,
    get facts() {
      return facts;
    },
    get lastId() {
      return lastId;
    },
    take,
  };
}

function restore(states: Map<string, NodeState>, before: ReadonlyMap<string, NodeState | undefined>): void {
  for (const [node, state] of before) {
    if (state) states.set(node, state);
    else states.delete(node);
  }
}
