/** What a person may do through the API. Each is journaled with its actor; none of them writes to Git. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { EventData, NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import type { ImageAction, Plan } from '../model/plan.ts';
import { heldPower, sayPowerHold } from '../model/power-hold.ts';
import { pausedHold } from '../plan/guards.ts';
import { ownRegistry } from '../plan/image-names.ts';
import { pruneApprovals } from './images/approve-prunes.ts';
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

/** What an approval released. */
export interface Approved {
  nodes: string[];
  /** `redis:7.2`. */
  tags: string[];
}

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

  function approval(name: string, actor: string, why: string, digest: string | null): NewEvent[] {
    const { inForce, node, state } = find(name);
    const about = { node: name, commit: inForce.commit.id, actor };
    const events: NewEvent[] = [];
    if (!state.want) {
      events.push({
        ...about,
        reason: 'InstallWanted',
        message: `first install wanted: ${node.profile}, generation ${node.generation}`,
        data: {
          target: {
            profile: node.profile,
            generation: node.generation,
            commit: inForce.commit.id,
            asked: inForce.commit,
            cause: node.sources.node,
            change: `first install of ${node.profile}`,
            together: 1,
            first: true,
          },
        },
      });
    }
    events.push({
      ...about,
      reason: 'InstallApproved',
      message: `install approved by ${actor}${why ? `: ${why}` : ''}`,
      data: { digest, why },
    });
    return events;
  }

  async function approveNode(name: string, actor: string, why: string): Promise<void> {
    const { node, state } = find(name);
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
    await append(name, ...approval(name, actor, why, null));
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
    const installs = current.actions.filter(({ kind, hold }) => kind === 'install' && hold?.needsApproval);
    const nodes = installs.map(({ node }) => node);
    const registry = ownRegistry(inForce()) ?? '';
    const prunes = pruneApprovals(current, registry, actor, why);
    if (nodes.length + prunes.length === 0)
      throw new OperationError('conflict', `plan ${digest} holds nothing for approval`);
    const said: NewEvent = {
      node: null,
      commit: current.commit.id,
      actor,
      reason: 'PlanApproved',
      message: `plan ${digest} approved by ${actor}: ${sayCounts(nodes.length, prunes.length)}${why ? `: ${why}` : ''}`,
      data: { digest, nodes, why },
    };
    await journal.append([said, ...nodes.flatMap((name) => approval(name, actor, why, digest)), ...prunes]);
    for (const name of nodes) wake(name);
    if (prunes.length > 0) wakeImages();
    return { nodes, tags: current.images.flatMap(heldTag) };
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

function heldTag({ repository, tag, hold, digest }: ImageAction): string[] {
  return hold !== null && digest !== null ? [`${repository}:${tag}`] : [];
}

function sayCounts(nodes: number, tags: number): string {
  const said = [`${nodes} node${nodes === 1 ? '' : 's'}`, `${tags} tag${tags === 1 ? '' : 's'}`];
  return said.slice(nodes === 0 ? 1 : 0, tags === 0 ? 1 : 2).join(', ');
}
