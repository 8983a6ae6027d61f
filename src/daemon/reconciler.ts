/** Who is worked on next: a node that something happened to, and the next in line when a place becomes free. */

import { type RunnerPorts, reconcileNode } from '../act/runner.ts';
import type { Site } from '../model/desired.ts';
import type { Event } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import type { ActionKind, Plan } from '../model/plan.ts';
import { makePlan } from '../plan/plan.ts';
import type { RunningBootPlane } from './boot.ts';
import type { Dhcp } from './dhcp.ts';
import type { FleetAccess } from './fleet-access.ts';
import type { Images } from './images/images.ts';
import { debounce } from './loops.ts';
import { createQueue } from './queue.ts';

/** Places that become free together are given away together. */
const GATHER = 20;

export interface Reconciler {
  wake(node: string): void;
  /** Nodes that are worked on, or wait for a worker. */
  queued(): number;
  /** The plan of the commit in force, made now; null before there is one. */
  plan(): Plan | null;
  close(): Promise<void>;
}

interface Ports extends Pick<FleetAccess, 'fleet' | 'nodeDrivers' | 'observer'> {
  journal: Journal;
  boot: Pick<RunningBootPlane, 'rehearse'>;
  dhcp: Pick<Dhcp, 'ensure'>;
  images: Pick<Images, 'knowledge'>;
  sshCheck: RunnerPorts['sshCheck'];
  workers: number;
  /** Told after each round of work on a node. */
  onRound(ms: number): void;
  clock(): number;
  onError(error: unknown, fields: object): number | null;
}

export function startReconciler(ports: Ports): Reconciler {
  const { journal, fleet, nodeDrivers, observer, boot, dhcp, workers, clock, onError } = ports;
  const queue = createQueue({
    work: (name) =>
      timed(ports.onRound, clock, () =>
        reconcileNode(name, {
          journal,
          situation: fleet.situation,
          driverFor: nodeDrivers.driverFor,
          observer,
          sshCheck: ports.sshCheck,
          publish: async ({ node, state }) => {
            boot.rehearse(node.name, state.attempt);
            dhcp.ensure(node.name);
          },
        }),
      ),
    onError: (name, error) => onError(error, { node: name }),
    width: workers,
    clock,
  });
  const admissions = debounce(admitNext, GATHER);
  const unsubscribe = journal.subscribe((events) => {
    for (const event of events) {
      if (event.node !== null) queue.wake(event.node);
      if (mayFreePlace(event)) admissions.call();
    }
  });

  /** Wakes those that the plan lets begin now, in its order. */
  function admitNext(): void {
    // A plan looks at every node: too much for each power reading of a day on which nobody waits for a place.
    const site = fleet.site();
    if (!site || !(hasOrder(site) || journal.states().values().some(waitsForPlace))) return;
    for (const { node, kind, hold } of plan()?.actions ?? []) {
      if (FOLLOWS.has(kind) && !hold) queue.wake(node);
    }
  }

  function plan(): Plan | null {
    const site = fleet.site();
    if (!site) return null;
    const causeOf = () => site.commit;
    const images = ports.images.knowledge;
    return makePlan({ site, previous: null, states: journal.states(), now: clock(), causeOf, images }).plan;
  }

  async function close(): Promise<void> {
    unsubscribe();
    admissions.close();
    await queue.close();
  }

  return { wake: queue.wake, queued: queue.busy, plan, close };
}

async function timed<T>(tell: (ms: number) => void, clock: () => number, work: () => Promise<T>): Promise<T> {
  const begun = clock();
  try {
    return await work();
  } finally {
    tell(clock() - begun);
  }
}

function waitsForPlace({ want, phase }: NodeState): boolean {
  return want !== null && !isBusy(phase);
}

/** What waits for other nodes. */
const FOLLOWS: ReadonlySet<ActionKind> = new Set(['install', 'configure', 'power-on']);

/** Nodes wait for each other, even where none is to be installed. */
function hasOrder({ pools, nodes }: Site): boolean {
  const goesFirst = pools.values().some(({ rollout }) => rollout.canary > 0 || rollout.haltAfter !== null);
  return goesFirst || nodes.values().some(({ dependsOn }) => dependsOn.length > 0);
}

function mayFreePlace(event: Event): boolean {
  if (event.reason === 'PhaseEntered') return isBusy(event.data.from) && !isBusy(event.data.phase);
  return event.reason === 'PowerObserved' || event.reason === 'NodeReleased';
}
