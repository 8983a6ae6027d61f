/** What a person may do to nodes through the API and the pages: each is journaled with its actor, and none of them writes to Git. */

import type { EventData } from './event.ts';

export interface Approved {
  nodes: string[];
  /** `redis:7.2`. */
  tags: string[];
}

/** `why` and `until` as in the events; times in ms since the epoch. Rejects with an ApiErrorCode as its `code`. */
export interface Operations {
  approveNode(name: string, actor: string, why: string): Promise<void>;
  /** Approves everything the plan with this digest holds for approval. */
  approvePlan(digest: string, actor: string, why: string): Promise<Approved>;
  pause(name: string, actor: string, why: string, until: number | null): Promise<void>;
  resume(name: string, actor: string): Promise<void>;
  retry(name: string, actor: string): Promise<void>;
  cycle(name: string, actor: string, why: string): Promise<void>;
  /** A person's word on the power of a node, before Git's, until then. */
  holdPower(name: string, actor: string, hold: EventData['PowerHeld']): Promise<void>;
  releasePower(name: string, actor: string): Promise<void>;
}
