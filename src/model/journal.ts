/** The journal port: the append-only memory. Stores stand in `journal/`. */

import type { Event, NewEvent } from './event.ts';
import type { NodeState } from './node-state.ts';
import type { NotifyMemory } from './notifications.ts';

export interface EventFilter {
  node?: string;
  /** Of any of these, such as the nodes of a pool. */
  nodes?: readonly string[];
  /** Its name, or the beginning of it. */
  commit?: string;
  phase?: string;
  reasons?: readonly string[];
  actor?: string;
  /** Words that must all be there, as in search-text.ts; none finds everything. */
  text?: string;
  /** Times in ms since the epoch, inclusive. */
  since?: number;
  until?: number;
  /** Only events with a greater id. */
  after?: number;
  /** Only events with a smaller id. */
  before?: number;
  /** At most this many; the newest ones unless `after` is given. Default 1000. Answered in ascending order of id. */
  limit?: number;
}

/** Values the daemon remembers beside the events, written with them in one transaction. */
export interface Facts {
  /** The commit in force. */
  acceptedCommit: string | null;
  /** A rewritten head that a person allowed. */
  allowedHead: string | null;
  /** What people were told, and what is open; null or absent while nobody is told. */
  notified?: NotifyMemory | null;
}

export interface Journal {
  /** Folded states, current as of the last append, durable or not. */
  states(): ReadonlyMap<string, NodeState>;
  state(node: string): NodeState | undefined;
  facts(): Readonly<Facts>;
  /**
   * Appends events in one transaction and folds them at once. Resolves when they are durable (fsync);
   * rejects when they could not be written, after which the journal refuses everything.
   */
  append(events: readonly NewEvent[], facts?: Partial<Facts>): Promise<Event[]>;
  read(filter: EventFilter): Event[];
  /** Called after an append is durable, in order. Returns the way to stop it. */
  subscribe(listener: (events: readonly Event[]) => void): () => void;
  /** Called in the turn of an append, durable or not, with each node whose state it made another. Returns the way to stop it. */
  onState(listener: (node: string) => void): () => void;
  lastId(): number;
  /** Deletes events older than the time, in chunks; states stay. Returns how many went. */
  prune(olderThan: number, signal?: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/**
 * - `locked`: another daemon has the store. `newer-schema`: a later version wrote it. `corrupt`: it cannot be read.
 *   `unavailable`: it cannot be opened. All four leave it as it was; the daemon does not start.
 * - `write-failed`: what was folded is not on disk; the daemon stops.
 * - `closed`: used after `close()`. `bad-filter`: the caller's mistake.
 */
export type JournalErrorCode =
  | 'locked'
  | 'newer-schema'
  | 'corrupt'
  | 'unavailable'
  | 'write-failed'
  | 'closed'
  | 'bad-filter';

/** Its message says what to do about it. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
