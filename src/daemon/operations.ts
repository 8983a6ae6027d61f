/** What a person may do through the API. Each is journaled with its actor; none of them writes to Git. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import type { Approved, Operations } from '../model/operations.ts';
import { isBusy } from '../model/phase.ts';
import type { Plan } from '../model/plan.ts';
import { heldPower, sayPowerHold } from '../model/power-hold.ts';
import { pausedHold } from '../plan/guards.ts';
import { approvePlan as approveHeld, approveInstall } from './approval-events.ts';
import { OperationError } from './operation-error.ts';
import { createPowerHolds } from './power-holds.ts';

export interface OperationPorts {
  journal: Journal;
  site(): Site | null;
  /** The plan of the commit in force, made now. */
  plan(): Plan;
  wake(node: string): void;
  /** Looks at the images' registries soon: what a person let go goes. */
  wakeImages(): void;
  clock(): number;
}

export function createOperations({
  journal,
  site,
  plan,
  wake,
  wakeImages,
  clock,
}: OperationPorts): Operations {
  function inForce(): Site {
    const now = site();
    if (now) return now;
    throw new OperationError('not-ready', 'no commit is in force yet', 'see: barewright status');
  }

  function find(name: string): { inForce: Site; node: DesiredNode; state: NodeState } {
    const site = inForce();
    const node = site.nodes.get(name);
    const state = journal.state(name);
    if (!node || !state) {
      throw new OperationError(
        'not-found',
        `there is no node ${name} in the inventory`,
        'see: barewright get nodes',
      );
    }
    return { inForce: site, node, state };
  }

  async function append(name: string, ...events: NewEvent[]): Promise<void> {
    await journal.append(events);
    wake(name);
  }

  async function approveNode(name: string, actor: string, why: string): Promise<void> {
    const { inForce, node, state } = find(name);
    if (node.protected) {
      throw new OperationError(
        'conflict',
        `${name} is protected in Git: ${node.protected.reason}`,
        'an approval does not lift that; remove "protected" by a commit',
      );
    }
    if (isBusy(state.phase)) throw new OperationError('conflict', `${name} is ${state.phase} already`);
    if (!state.want && state.known) {
      throw new OperationError(
        'conflict',
        `nothing of ${name} waits for an approval`,
        'see: barewright plan',
      );
    }
    await append(name, ...approveInstall(inForce, node, state.want !== null, null, { actor, why }));
  }

  async function approvePlan(digest: string, actor: string, why: string): Promise<Approved> {
    const current = plan();
    if (current.digest !== digest) {
      throw new OperationError(
        'outdated',
        `the plan is now ${current.digest}, not ${digest}: what is wanted or observed has moved`,
        'look at it again (barewright plan) and approve the new digest',
      );
    }
    const isWanted = (name: string) => journal.state(name)?.want != null;
    const approval = approveHeld(inForce(), current, isWanted, { actor, why });
    if (!approval) throw new OperationError('conflict', `plan ${digest} holds nothing for approval`);
    await journal.append(approval.events);
    for (const name of approval.approved.nodes) wake(name);
    if (approval.approved.tags.length > 0) wakeImages();
    return approval.approved;
  }

  async function pause(name: string, actor: string, why: string, until: number | null): Promise<void> {
    find(name);
    if (until !== null && until <= clock())
      throw new OperationError('bad-request', 'the pause would end in the past');
    const end = until === null ? '' : `, until ${new Date(until).toISOString()}`;
    await append(name, {
      node: name,
      commit: null,
      actor,
      reason: 'Paused',
      message: `paused by ${actor}: ${why}${end}`,
      data: { why, until },
    });
  }

  async function resume(name: string, actor: string): Promise<void> {
    const { node, state } = find(name);
    if (!state.pause) {
      const hint = node.paused ? 'it is paused in Git; remove "paused" by a commit' : undefined;
      throw new OperationError('conflict', `${name} is not paused by a person`, hint);
    }
    await append(name, {
      node: name,
      commit: null,
      actor,
      reason: 'Resumed',
      message: `resumed by ${actor}`,
      data: {},
    });
  }

  async function retry(name: string, actor: string): Promise<void> {
    const { state } = find(name);
    if (state.phase !== 'stuck' && state.retryAt === null) {
      throw new OperationError('conflict', `${name} is not stuck; it is ${state.phase}`);
    }
    await append(name, {
      node: name,
      commit: null,
      actor,
      reason: 'RetryRequested',
      message: `${actor} lets it try again`,
      data: {},
    });
  }

  async function cycle(name: string, actor: string, why: string): Promise<void> {
    const { node, state } = find(name);
    if (!node.bmc) throw new OperationError('conflict', `${name} has no BMC`);
    if (state.phase !== 'settled') {
      throw new OperationError('conflict', `${name} is ${state.phase}; only a settled node is power-cycled`);
    }
    const held = heldPower(state, clock());
    if (held) throw new OperationError('conflict', `the power of ${name} is ${sayPowerHold(held)}`);
    const paused = pausedHold(node, state, clock());
    if (paused) throw new OperationError('conflict', `${name} is ${paused.why}`);
    await append(name, {
      node: name,
      commit: null,
      actor,
      reason: 'CycleRequested',
      message: `power cycle asked for by ${actor}${why ? `: ${why}` : ''}`,
      data: { why },
    });
  }

  const { holdPower, releasePower } = createPowerHolds({ find, append, clock });
  return { approveNode, approvePlan, pause, resume, retry, cycle, holdPower, releasePower };
}
