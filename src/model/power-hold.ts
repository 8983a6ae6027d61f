/** A person's word on the power of one node, for a time; Git's own word waits for its end. */

import type { DesiredNode } from './desired.ts';
import type { NodeState, PowerHold } from './node-state.ts';
import type { PowerWish } from './site.ts';

/** The hold, while it lasts. */
export function heldPower({ powerHold }: Pick<NodeState, 'powerHold'>, now: number): PowerHold | null {
  return powerHold && powerHold.until > now ? powerHold : null;
}

/** What the power of the node is to be now. */
export function wishedPower(
  node: Pick<DesiredNode, 'power'>,
  state: Pick<NodeState, 'powerHold'>,
  now: number,
): PowerWish {
  return heldPower(state, now)?.state ?? node.power;
}

/** `held off by thandi until 2026-06-01T14:00:00.000Z: fan replaced`. */
export function sayPowerHold({ state, by, until, why }: PowerHold): string {
  return `held ${state} by ${by} until ${new Date(until).toISOString()}: ${why}`;
}
