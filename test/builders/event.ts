import type { EventData, NewEvent, Reason } from '../../src/model/event.ts';

type EventOf<R extends Reason> = Extract<NewEvent, { reason: R }>;

/** `anEvent('sip-n01', 'Stuck', { why: '…' })`; `null` for the site. */
export function anEvent<R extends Reason>(
  node: string | null,
  reason: R,
  data: EventData[R],
  change: { commit?: string | null; actor?: string; message?: string } = {},
): EventOf<R> {
  const fields = { node, reason, data, message: `${reason}.`, commit: null, actor: 'daemon', ...change };
  return fields as unknown as EventOf<R>;
}

/** A node found with profile `base`, generation 1. */
export function found(node: string): NewEvent {
  return anEvent(node, 'NodeFound', { profile: 'base', generation: 1 });
}

/** An event of little weight, told apart by its number. */
export function waiting(node: string, n: number): NewEvent {
  return anEvent(node, 'Waiting', { waitingFor: `thing ${n}`, until: n });
}

/** What accepting a commit says of its plan, when there was nothing to do. */
export const NOTHING_PLANNED = {
  digest: '4f53cda18c2b',
  totals: { none: 0, files: 0, 'in-place': 0, power: 0, 'DESTROYS DISK': 0 },
  held: 0,
};
