/** All that is known of a scenario when it is over; what the checks look at. */

import type { Fault } from '../../src/lab/faults.ts';
import type { HistoryEntry } from '../../src/lab/history.ts';
import type { Event, EventData, Reason } from '../../src/model/event.ts';
import type { Limits, SiteWish } from './wish.ts';

/** A commit that came into force, and what its people wanted by it. */
export interface Acceptance {
  /** Number of the event. */
  id: number;
  commit: string;
  wish: SiteWish;
  /** What the machines' disks really carried at that moment. */
  carried: ReadonlyMap<string, { profile: string; generation: number } | null>;
}

/** A release by a person of the nodes that they were shown as waiting for it. */
export interface Release {
  id: number;
  nodes: readonly string[];
}

export interface Evidence {
  limits: Limits;
  /** How long a command may take before it may be given again, ms. */
  settle: number;
  faults: ReadonlyMap<string, readonly Fault[]>;
  events: readonly Event[];
  acceptances: readonly Acceptance[];
  releases: readonly Release[];
  /** By machine, without what people did to it by hand. */
  histories: ReadonlyMap<string, readonly HistoryEntry[]>;
}

/** A promise that was broken, and for which node, if it was one. */
export interface Breach {
  promise: number;
  node: string | null;
  text: string;
}

export type EventOf<R extends Reason> = Event & { reason: R; data: EventData[R] };

export function eventsOf<R extends Reason>(events: readonly Event[], reason: R): EventOf<R>[] {
  return events.filter((event): event is EventOf<R> => event.reason === reason);
}

/** What was wanted when the event with this number was written; null before the first commit. */
export function wishAt({ acceptances }: Pick<Evidence, 'acceptances'>, id: number): SiteWish | null {
  return acceptances.findLast((acceptance) => acceptance.id <= id)?.wish ?? null;
}
