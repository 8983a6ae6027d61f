import type { NodeState } from './node-state.ts';

/** Until when a node that was found may still report what it carries, before it is held, ms since the epoch: two of its reports may be missed. */
export function patienceEnds({ foundAt, powerAt }: NodeState, reportInterval: number): number {
  return Math.max(foundAt, powerAt ?? 0) + 2 * reportInterval;
}
