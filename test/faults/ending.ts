/** Promise 7, at the end: every node is as declared, or says which guard holds it or which evidence is missing. */

import type { FaultName } from '../../src/lab/faults.ts';
import type { Machine } from '../../src/lab/machine.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import type { Asking } from './asked.ts';
import { explainsPower, explainsStuck, explainsUnreached } from './causes.ts';
import type { Acceptance } from './evidence.ts';
import { type Limits, type NodeWish, profileOf } from './wish.ts';

export interface Ending {
  wish: NodeWish;
  state: NodeState;
  machine: Pick<Machine, 'powerOn' | 'disk' | 'state'>;
  /** Faults that will never end. */
  faults: readonly FaultName[];
  /** The last reinstall that was asked for and still holds. */
  asking: Asking | null;
  /** Released by a person since. */
  released: boolean;
  /** What its disk must carry; null where that was left open. */
  mustCarry: { profile: string; generation: number } | null;
  /** Nodes of its pool that are out of service are as many as may be. */
  poolIsFull: boolean;
  reinstallsPerCommit: number;
  rollout: Limits['rollout'];
  /** Others of its pool are not settled, or not as declared. */
  othersUnwell: boolean;
}

/** What is not as it must be; null when all is well. */
export function complaint(ending: Ending): string | null {
  const { state } = ending;
  switch (state.phase) {
    case 'settled':
      return ofSettled(ending);
    case 'held':
      return ofHeld(ending);
    case 'stuck':
      if (!state.stuck) return 'is stuck without a sentence';
      return explainsStuck(state.stuck, ending.faults)
        ? null
        : `is stuck, which its faults do not explain: ${state.stuck}`;
    default:
      return `is still ${state.phase}, waiting for ${state.waitingFor || 'nothing'}`;
  }
}

function ofSettled({ wish, state, machine, faults, mustCarry }: Ending): string | null {
  const { record } = state;
  if (state.want) return `is settled and still wants ${state.want.change}`;
  if (mustCarry && !isSame(record, mustCarry)) {
    return `carries ${say(record)} by the journal, not ${say(mustCarry)}`;
  }
  if (mustCarry && !isSame(machine.disk?.record ?? null, mustCarry)) {
    return `has ${say(machine.disk?.record ?? null)} on its disk, not ${say(mustCarry)}`;
  }
  if (record && record.installId !== machine.disk?.record.installId) {
    return 'has another install on its disk than the journal says';
  }
  if (wish.isPaused || state.pause) return null;
  if (state.bmc?.reachable === false) {
    return explainsUnreached(state.bmc.kind, faults) && state.bmc.message !== ''
      ? null
      : `cannot be reached, which its faults do not explain: ${state.bmc.message}`;
  }
  if (explainsPower(faults)) return null;
  if (state.cycle) return 'is still to be power-cycled';
  const asDeclared = state.power === wish.power && machine.powerOn() === (wish.power === 'on');
  if (asDeclared) return null;
  return `is read as ${state.power}, is ${machine.powerOn() ? 'on' : 'off'}, and was to be ${wish.power}`;
}

function ofHeld(ending: Ending): string | null {
  const { wish, state, faults, asking, released, poolIsFull, reinstallsPerCommit, rollout } = ending;
  const sentence = state.waitingFor;
  // A disk that had not told yet what it carries counts, too; which ones had not is the product's to know.
  const awaitsApproval = asking !== null && asking.atMost > reinstallsPerCommit && !released;
  const guards: [holds: boolean, says: RegExp][] = [
    [wish.isProtected, /protected in Git: it holds data/],
    [wish.isPaused, /paused in Git: its fan is replaced/],
    [state.pause !== null, /paused by ada: so it was asked/],
    [awaitsApproval, /policy\.reinstallsPerCommit is \d+; approve/],
    [!state.known, /what its disk carries is not known|a report of what it carries/],
    [explainsUnreached(state.bmc?.kind ?? null, faults), /its BMC does not answer \(.+\)/],
    [rollout.canary > 0 && ending.othersUnwell, /first.* when (that is|those are) settled and healthy/],
    [rollout.haltAfter !== null && ending.othersUnwell, /in pool main has halted: .* failed \(n/],
    [poolIsFull, /of pool main may be unavailable at once/],
  ];
  const [first] = guards.filter(([holds]) => holds);
  if (!first) return `is held although no guard holds it: ${sentence}`;
  return guards.some(([holds, says]) => holds && says.test(sentence))
    ? null
    : `is held, and its sentence does not name the guard: ${sentence}`;
}

type Carried = { profile: string; generation: number } | null;

function isSame(a: Carried, b: Carried): boolean {
  return a?.profile === b?.profile && a?.generation === b?.generation;
}

function say(carried: Carried): string {
  return carried ? `${carried.profile} generation ${carried.generation}` : 'nothing';
}

/** What a node's disk must carry in the end, told from the commits: null where Git left it as it was found or lowered it. */
export function mustCarry(
  name: string,
  acceptances: readonly Acceptance[],
  installed: boolean,
): Ending['mustCarry'] {
  let carried: Ending['mustCarry'] = null;
  for (const [index, { wish }] of acceptances.entries()) {
    const node = wish.nodes.get(name);
    const earlier = acceptances[index - 1]?.wish;
    const before = earlier?.nodes.get(name);
    if (!node) {
      carried = null;
      continue;
    }
    const now = { profile: profileOf(wish, node), generation: node.generation };
    if (!earlier) carried = installed ? now : null;
    else if (!before) carried = null;
    else {
      const old = { profile: profileOf(earlier, before), generation: before.generation };
      const isAsked = now.profile !== old.profile || now.generation > old.generation;
      if (isAsked) carried = now;
      else if (!isSame(now, old)) carried = null;
    }
  }
  return carried;
}
