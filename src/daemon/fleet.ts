/** The site in force and quick ways into it; and the situation of one node as the handlers want it. */

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Situation, Timing } from '../act/step.ts';
import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { RequiredImage } from '../model/event.ts';
import type { ImageKnowledge } from '../model/images.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import type { Action } from '../model/plan.ts';
import { approvalEnds } from '../model/wish.ts';
import { type Around, lookAround } from '../plan/around.ts';
import { holdConfiguration, pausedHold } from '../plan/guards.ts';
import { judgeNode } from '../plan/judge.ts';
import { type KeptTallies, keepTallies, type Tallies } from '../plan/tallies.ts';

export interface Fleet {
  site(): Site | null;
  since(): number | null;
  use(site: Site): void;
  /** True as soon as a site is in force; false when none is after `patience` ms. */
  ready(patience: number): Promise<boolean>;
  node(name: string): DesiredNode | null;
  nodeByMac(mac: string): DesiredNode | null;
  situation(name: string): Situation | null;
  actions(name: string): Action[];
  /** True while a guard keeps the node's configuration as it is. What has begun is not kept back, but by a pause. */
  isConfigurationHeld(node: DesiredNode, state: NodeState): boolean;
}

interface Ports {
  journal: Journal;
  lastReading(node: string): { at: number; failures: number };
  timing: Timing;
  /** Why what the installer of a profile boots from, or an image for it, is not there yet; see Situation.awaits. */
  awaits?(profile: Profile, node: DesiredNode): string | null;
  /** See Situation.images. */
  images?(node: DesiredNode, profile: string): readonly RequiredImage[];
  /** What is known of images; without it, those that Git declares count as there. */
  imageKnowledge?(): ImageKnowledge;
  clock(): number;
}

export function createFleet({
  journal,
  lastReading,
  timing,
  awaits = () => null,
  clock,
  ...ports
}: Ports): Fleet {
  let site: Site | null = null;
  let since: number | null = null;
  let macs = new Map<string, DesiredNode>();
  let kept: (KeptTallies & { site: Site }) | null = null;
  let seen: { site: Site; lastId: number; around: Around } | null = null;
  /** Nodes whose state is another one since they were counted. */
  const uncounted = new Set<string>();
  journal.onState((name) => uncounted.add(name));

  const first = Promise.withResolvers<true>();

  function use(next: Site): void {
    first.resolve(true);
    if (site?.commit.id !== next.commit.id) since = clock();
    site = next;
    macs = new Map();
    for (const node of next.nodes.values()) {
      for (const { mac } of node.interfaces) macs.set(mac, node);
    }
  }

  async function ready(patience: number): Promise<boolean> {
    if (site) return true;
    const over = new AbortController();
    const late = sleep(patience, false, { signal: over.signal, ref: false }).catch(() => false);
    const inTime = await Promise.race([first.promise, late]);
    over.abort();
    return inTime;
  }

  function node(name: string): DesiredNode | null {
    return site?.nodes.get(name) ?? null;
  }

  /** While thousands wait their turn, each of them asks. */
  function tallies(site: Site): Tallies {
    if (kept?.site !== site) kept = { site, ...keepTallies(site, journal.states()) };
    else for (const name of uncounted) kept.recount(name);
    uncounted.clear();
    return kept.tallies;
  }

  /** Looked at anew only after an event. */
  function around(site: Site): Around {
    const lastId = journal.lastId();
    if (seen?.site !== site || seen.lastId !== lastId) {
      const knowledge = ports.imageKnowledge?.() ?? null;
      seen = { site, lastId, around: lookAround(site, journal.states(), knowledge) };
    }
    return seen.around;
  }

  function looking(site: Site) {
    return { site, tallies: () => tallies(site), around: () => around(site), now: clock() };
  }

  function actions(name: string): Action[] {
    const desired = node(name);
    const state = journal.state(name);
    if (!site || !desired || !state) return [];
    const inForce = site;
    return judgeNode(desired, state, { ...looking(site), previous: null, causeOf: () => inForce.commit });
  }

  function isConfigurationHeld(node: DesiredNode, state: NodeState): boolean {
    if (pausedHold(node, state, clock())) return true;
    if (!site || isBusy(state.phase) || state.attempt) return false;
    if (state.configDigest === node.configDigest) return false;
    return holdConfiguration({ ...looking(site), node, state }) !== null;
  }

  function situation(name: string): Situation | null {
    const desired = node(name);
    const state = journal.state(name);
    if (!site || !desired || !state) return null;
    const reading = lastReading(name);
    const wanted = state.want && site.profiles.get(state.want.profile);
    const now = clock();
    const judged = actions(name);
    return {
      node: desired,
      state,
      policy: site.policy,
      timeouts: site.profiles.get(state.attempt?.target.profile ?? desired.profile)?.timeouts ?? {
        install: 60 * 60_000,
        configure: 15 * 60_000,
      },
      commit: site.commit.id,
      timing,
      now,
      readAt: reading.at,
      readFailures: reading.failures,
      isPaused: pausedHold(desired, state, now) !== null,
      actions: judged,
      changesAt: nextChange(judged, approvalEnds(state, site.policy.approvalExpiry), now),
      awaits: wanted ? awaits(wanted, desired) : null,
      images: () => ports.images?.(desired, state.record?.profile ?? desired.profile) ?? [],
      freshInstallId: randomBytes(16).toString('hex'),
    };
  }

  return {
    site: () => site,
    since: () => since,
    use,
    ready,
    node,
    nodeByMac: (mac) => macs.get(mac) ?? null,
    situation,
    actions,
    isConfigurationHeld,
  };
}

/** The first time later than now at which a guard may lift, or an approval runs out. */
function nextChange(actions: readonly Action[], approvalEnd: number | null, now: number): number | null {
  const times = [approvalEnd, ...actions.map(({ hold }) => hold?.until ?? null)];
  const later = times.flatMap((time) => (time !== null && time > now ? [time] : []));
  return later.length === 0 ? null : Math.min(...later);
}
