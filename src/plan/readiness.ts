/** Whether others may count on a node. Pure. */

import type { DesiredNode } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import { needless } from '../model/wish.ts';

/** `up`: it serves; `settled`: it is as Git says, and nothing is to come. */
export type Need = 'up' | 'settled';

/** Why it is not, as the rest of "it …"; null when it is. */
export function notReady(node: DesiredNode, state: NodeState | undefined, need: Need): string | null {
  if (!state) return 'is not known yet';
  const { phase, record, want, power } = state;
  if (phase === 'stuck') return 'is stuck';
  const servesOn = need === 'up' && phase === 'configuring' && state.attempt === null;
  if (isBusy(phase) && !servesOn) return state.attempt ? 'is being installed' : 'is being configured';
  if (record === null) return 'has not reported what it carries';
  if (node.bmc && node.power !== 'unmanaged' && power !== node.power) {
    return power === 'unknown' ? 'cannot be asked for its power' : `is ${power}`;
  }
  if (need === 'up') return null;
  if (want && needless(state) === null) return 'is to be reinstalled';
  if (phase !== 'settled') return `is ${phase}`;
  if (lacksConfiguration(node, state)) return 'is to be configured';
  const failed = state.stacks.find((stack) => stack.state === 'failed');
  return failed ? `reports that its stack ${failed.name} failed` : null;
}

/** Its stacks are to be applied in place. Another profile's system is not told to apply this one's. */
export function lacksConfiguration(node: DesiredNode, { record, configDigest }: NodeState): boolean {
  return record?.profile === node.profile && configDigest !== null && configDigest !== node.configDigest;
}
