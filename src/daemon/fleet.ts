/** The site in force and quick ways into it; and the situation of one node as the handlers want it. */

import { randomBytes } from 'node:crypto';
import type { Situation, Timing } from '../act/step.ts';
import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { Action } from '../model/plan.ts';
import { tally } from '../plan/guards.ts';
import { judgeNode } from '../plan/judge.ts';

export interface Fleet {
  site(): Site | null;
  since(): number | null;
  use(site: Site): void;
  node(name: string): DesiredNode | null;
  nodeByMac(mac: string): DesiredNode | null;
  situation(name: string): Situation | null;
  actions(name: string): Action[];
}

interface Ports {
  journal: Journal;
  lastReading(node: string): { at: number; failures: number };
  timing: Timing;
  /** Why what the installer of a profile boots from is not there yet; see Situation.awaits. */
  awaits?(profile: Profile): string | null;
  clock(): number;
}

export function createFleet({ journal, lastReading, timing, awaits = () => null, clock }: Ports): Fleet {
  let site: Site | null = null;
  let since: number | null = null;
  let macs = new Map<string, DesiredNode>();

  function use(next: Site): void {
    if (site?.commit.id !== next.commit.id) since = clock();
    site = next;
    macs = new Map();
    for (const node of next.nodes.values()) {
      for (const { mac } of node.interfaces) macs.set(mac, node);
    }
  }

  function node(name: string): DesiredNode | null {
    return site?.nodes.get(name) ?? null;
  }

  function actions(name: string): Action[] {
    const desired = node(name);
    const state = journal.state(name);
    if (!site || !desired || !state) return [];
    const inForce = site;
    return judgeNode(desired, state, {
      site,
      previous: null,
      tallies: () => tally(inForce, journal.states()),
      now: clock(),
      causeOf: () => inForce.commit,
    });
  }

  function situation(name: string): Situation | null {
    const desired = node(name);
    const state = journal.state(name);
    if (!site || !desired || !state) return null;
    const reading = lastReading(name);
    const wanted = state.want && site.profiles.get(state.want.profile);
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
      now: clock(),
      readAt: reading.at,
      readFailures: reading.failures,
      actions: actions(name),
      awaits: wanted ? awaits(wanted) : null,
      freshInstallId: randomBytes(16).toString('hex'),
    };
  }

  return {
    site: () => site,
    since: () => since,
    use,
    node,
    nodeByMac: (mac) => macs.get(mac) ?? null,
    situation,
    actions,
  };
}
