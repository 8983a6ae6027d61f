/** Conditions derived from state and plan. Pure. */

import type { Condition, ConditionType } from '../model/condition.ts';
import type { DesiredNode } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import type { Action } from '../model/plan.ts';
import { heldPower, sayPowerHold } from '../model/power-hold.ts';
import { waitsFor } from '../model/rung.ts';
import { isPausedAt } from './guards.ts';

type Status = [status: Condition['status'], reason: string, message: string, at: number | null];

export function conditionsOf(
  node: DesiredNode,
  state: NodeState,
  actions: readonly Action[],
  now: number,
): Condition[] {
  const list: [ConditionType, Status][] = [
    ['Ready', ready(node, state, actions, now)],
    ['Reconciling', reconciling(state)],
    ['Stalled', stalled(state, actions)],
    ['Paused', paused(node, state, now)],
    ['Reachable', reachable(node, state)],
    ['PowerInSync', powerInSync(node, state, now)],
    ['InstallInSync', installInSync(node, state)],
  ];
  return list.map(([type, [status, reason, message, at]]) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: at,
    observedGeneration: state.record?.generation ?? 0,
  }));
}

function ready(node: DesiredNode, state: NodeState, actions: readonly Action[], now: number): Status {
  if (state.phase !== 'settled') return ['False', 'NotSettled', `it is ${state.phase}`, state.phaseSince];
  if (state.bmc?.reachable === false)
    return ['Unknown', 'BmcUnreachable', state.bmc.message, state.bmc.since];
  const power = powerInSync(node, state, now);
  if (power[0] !== 'True') return power;
  const todo = actions.find(({ effect }) => effect !== 'none' && effect !== 'files');
  if (todo) return ['False', 'ActionDue', todo.change, state.phaseSince];
  return ['True', 'AsDeclared', 'it is as Git says', state.phaseSince];
}

function reconciling({ phase, phaseSince, ...rest }: NodeState): Status {
  if (!isBusy(phase)) return ['False', 'AtRest', '', phaseSince];
  return ['True', reasonOf(phase), `waits for ${waitsFor({ phase, phaseSince, ...rest })}`, phaseSince];
}

function stalled({ phase, phaseSince, stuck }: NodeState, actions: readonly Action[]): Status {
  if (phase === 'stuck') return ['True', 'Stuck', stuck ?? 'it waits for a person', phaseSince];
  const holds = actions.flatMap((action) => action.hold ?? []);
  const halted = holds.find(({ guard }) => guard === 'halted');
  if (halted) return ['True', 'RolloutHalted', halted.why, phaseSince];
  const hold = holds.find(({ needsApproval }) => needsApproval);
  if (hold) return ['True', 'NeedsApproval', hold.why, phaseSince];
  return ['False', 'NotStalled', '', phaseSince];
}

function paused(node: DesiredNode, { pause }: NodeState, now: number): Status {
  if (node.paused && isPausedAt(node.paused, now)) return ['True', 'PausedInGit', node.paused.reason, null];
  if (pause && isPausedAt(pause, now)) return ['True', 'PausedByPerson', `${pause.by}: ${pause.why}`, null];
  return ['False', 'NotPaused', '', null];
}

function reachable(node: DesiredNode, { bmc }: NodeState): Status {
  if (!node.bmc) return ['Unknown', 'NoBmc', 'it has no BMC in the inventory', null];
  if (!bmc) return ['Unknown', 'NotAskedYet', 'its BMC has not been asked yet', null];
  if (bmc.reachable) return ['True', 'Answers', 'its BMC answers', bmc.since];
  return ['False', reasonOf(bmc.kind ?? 'unreachable'), bmc.message, bmc.since];
}

function powerInSync(node: DesiredNode, state: NodeState, now: number): Status {
  const { power, powerAt } = state;
  const held = heldPower(state, now);
  if (held && held.state !== node.power) {
    return ['False', 'HeldByPerson', `power is ${power}, ${sayPowerHold(held)}`, powerAt];
  }
  if (node.power === 'unmanaged') return ['True', 'Unmanaged', 'its power is not managed', powerAt];
  if (power === 'unknown') return ['Unknown', 'PowerUnknown', 'its power state is not known', powerAt];
  if (power === node.power) return ['True', 'AsDeclared', `power is ${power}`, powerAt];
  return ['False', 'Drift', `power is ${power}, Git says ${node.power}`, powerAt];
}

function installInSync(node: DesiredNode, { record, known, reportedAt }: NodeState): Status {
  if (!record) {
    return known
      ? ['False', 'DiskTouched', 'an install has begun and not ended', reportedAt]
      : ['Unknown', 'NotReported', 'it has not reported what it carries', reportedAt];
  }
  if (record.profile !== node.profile || record.generation !== node.generation) {
    const message = `carries ${record.profile} generation ${record.generation}, Git says ${node.profile} generation ${node.generation}`;
    return ['False', 'OtherInstall', message, reportedAt];
  }
  if (record.installDigest !== node.installDigest) {
    const message = `installed from an older ${node.profile}; raise the generation to reinstall`;
    return ['False', 'Outdated', message, reportedAt];
  }
  return ['True', 'AsDeclared', `carries ${record.profile} generation ${record.generation}`, reportedAt];
}

function reasonOf(word: string): string {
  return word
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
