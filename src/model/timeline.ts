/** A node's story, as the API tells it. Times are ms since the epoch. */

import type { Commit } from './desired.ts';
import type { Event, InstallTarget } from './event.ts';
import type { Attempt, NodeState } from './node-state.ts';
import type { Phase } from './phase.ts';

/** Events that say the same one after another, as one line. */
export interface Line {
  first: Event;
  /** The newest; the same one where there is only one. */
  last: Event;
  count: number;
}

export interface Timeline {
  node: string;
  /** Oldest first: an install each, or what was between two. */
  chapters: Chapter[];
  /** Older events were left out, or are removed. */
  isCut: boolean;
}

export interface Chapter {
  /** Null between installs. */
  install: PastInstall | null;
  since: number;
  /** Null for the last one. */
  until: number | null;
  /** Oldest first. */
  lines: Line[];
}

export interface PastInstall {
  target: InstallTarget;
  /** That brought the commit. */
  pullRequests: number[];
  attempts: PastAttempt[];
  outcome: 'settled' | 'stuck' | 'dropped' | 'under way';
  /** Why it is stuck or dropped. */
  why: string;
  startedAt: number;
  endedAt: number | null;
}

export interface PastAttempt {
  n: number;
  installId: string;
  startedAt: number;
  /** Null while it runs, or where the journal no longer tells. */
  endedAt: number | null;
  outcome: 'settled' | 'failed' | 'under way';
  why: string;
  /** The evidence that came, in order. */
  evidence: { what: string; at: number }[];
  /** `until` is null for the one it is in. */
  phases: { phase: Phase; waitedFor: string; since: number; until: number | null }[];
}

/** Where a node stood at a time, and why: folded from what the journal knew by then. */
export interface Explanation {
  node: string;
  at: number;
  /** Null where it was not in the inventory, or the journal does not tell. */
  state: NodeState | null;
  /** The commit in force then. */
  inForce: { commit: Commit; since: number; pullRequests: number[] } | null;
  /** Of the attempt under way then. */
  attempt: Pick<Attempt, 'n' | 'installId' | 'startedAt'> | null;
  /** The newest that was seen of the machine by then. */
  evidence: Event | null;
  /** What the node did and was told until then, the newest last. */
  before: Line[];
  /** What came next. */
  after: Line[];
  /** Events before this were removed: what was seen earlier and not since is not known. Null where none were. */
  removedBefore: number | null;
}
