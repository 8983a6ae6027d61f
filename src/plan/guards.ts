/** The guards that keep a disk-destroying action back; the first that speaks is the one named (promise 5). */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import type { Guard, Hold } from '../model/plan.ts';
import { sayPullRequests } from './compare-shown.ts';

/** How much of the allowance is used at this moment. */
export interface Tallies {
  installs: number;
  /** By pool: nodes that are, or may be, out of service. */
  unavailable: Map<string, number>;
  /** By pool: all its nodes. */
  size: Map<string, number>;
}

interface Case {
  site: Site;
  node: DesiredNode;
  state: NodeState;
  /** Asked only when a guard needs it: it looks at every node. */
  tallies: () => Tallies;
  now: number;
}

const GUARDS: readonly ((c: Case) => Hold | null)[] = [
  ({ node }) =>
    node.protected
      ? hold(
          'protected',
          `protected in Git: ${node.protected.reason}. Remove "protected" by a commit to allow it`,
        )
      : null,
  ({ node, state, now }) => pausedHold(node, state, now),
  ({ node }) => (node.bmc ? null : hold('no-bmc', 'it has no BMC, so it cannot be sent into the installer')),
  ({ state }) =>
    !state.known && !state.approved
      ? hold(
          'unknown-install',
          `what its disk carries is not known, so it is not wiped. Let it report, or run: barewright approve ${state.name}`,
          true,
        )
      : null,
  ({ site, state }) => {
    const together = state.want?.together ?? 1;
    const cap = site.policy.reinstallsPerCommit;
    return together > cap && !state.approved
      ? hold(
          'reinstalls-per-commit',
          `one commit asks for ${together} reinstalls and policy.reinstallsPerCommit is ${cap}; approve the plan's digest or the node`,
          true,
        )
      : null;
  },
  ({ state }) => {
    const by = state.want?.notShownBy;
    if (!by || state.approved) return null;
    const who = sayPullRequests(by.map((pullRequest) => ({ pullRequest })));
    return hold(
      'not-shown',
      `${who} did not show that this disk would be lost; approve the plan's digest or the node`,
      true,
    );
  },
  ({ state }) => stuckHold(state),
  ({ state }) =>
    state.power === 'unknown'
      ? hold(
          'power-unknown',
          state.bmc?.reachable === false
            ? `its BMC does not answer (${state.bmc.message})`
            : 'its power state has not been read yet',
        )
      : null,
  ({ site, tallies }) => {
    const cap = site.policy.installsAtOnce;
    const why = `policy.installsAtOnce lets ${cap} installs run at once; it follows by itself`;
    return tallies().installs >= cap ? hold('installs-at-once', why) : null;
  },
  ({ site, node, state, tallies }) => {
    const cap = site.pools.get(node.pool)?.unavailable ?? site.policy.unavailablePerPool;
    const { unavailable, size } = tallies();
    const others = (unavailable.get(node.pool) ?? 0) - (isUnavailable(node, state) ? 1 : 0);
    const why = `at most ${cap} of pool ${node.pool} may be unavailable at once; it follows by itself`;
    return others >= allowance(cap, size.get(node.pool) ?? 1) ? hold('unavailable-per-pool', why) : null;
  },
];

/** The first guard that keeps this node's install back, or null when it may begin now. */
export function holdInstall(c: Case): Hold | null {
  for (const guard of GUARDS) {
    const held = guard(c);
    if (held) return held;
  }
  return null;
}

/** A pause in Git or through the API that has not run out. */
export function pausedHold(node: DesiredNode, state: NodeState, now: number): Hold | null {
  if (node.paused && isPausedAt(node.paused, now)) {
    return hold('paused', `paused in Git: ${node.paused.reason}${until(node.paused.until)}`);
  }
  if (state.pause && isPausedAt(state.pause, now)) {
    return hold('paused', `paused by ${state.pause.by}: ${state.pause.why}${until(state.pause.until)}`);
  }
  return null;
}

/** Whether a pause, of Git or of a person, has not run out. */
export function isPausedAt({ until }: { until: number | null }, now: number): boolean {
  return until === null || until > now;
}

/** A stuck node is left alone, its power included, until a person or a commit frees it. */
export function stuckHold({ name, phase, stuck }: NodeState): Hold | null {
  if (phase !== 'stuck' || stuck === null) return null;
  return hold('stuck', `it is stuck: ${stuck}. barewright retry ${name} lets it try again`);
}

/** Counts what is in use. Nodes Git does not know are not counted. */
export function tally(site: Site, states: ReadonlyMap<string, NodeState>): Tallies {
  const tallies: Tallies = { installs: 0, unavailable: new Map(), size: new Map() };
  for (const node of site.nodes.values()) {
    add(tallies.size, node.pool, 1);
    const state = states.get(node.name);
    if (!state) continue;
    if (state.attempt && isBusy(state.phase)) tallies.installs += 1;
    if (isUnavailable(node, state)) add(tallies.unavailable, node.pool, 1);
  }
  return tallies;
}

/** Out of service, or not known to be in service, although Git wants it on. */
function isUnavailable(node: DesiredNode, state: NodeState): boolean {
  if (isBusy(state.phase) || state.phase === 'stuck') return true;
  return node.power === 'on' && state.power !== 'on';
}

/** Counts one more install as begun, so that the next node of the same plan sees it. */
export function beginInstall(tallies: Tallies, node: DesiredNode, state: NodeState): void {
  tallies.installs += 1;
  if (!isUnavailable(node, state)) add(tallies.unavailable, node.pool, 1);
}

/** A percentage is rounded down, but never below one. */
export function allowance(cap: number | `${number}%`, size: number): number {
  return typeof cap === 'number' ? cap : Math.max(1, Math.floor((size * Number.parseFloat(cap)) / 100));
}

function hold(guard: Guard, why: string, needsApproval = false): Hold {
  return { guard, why, needsApproval };
}

function until(time: number | null): string {
  return time === null ? '' : `, until ${new Date(time).toISOString()}`;
}

function add(map: Map<string, number>, key: string, n: number): void {
  map.set(key, (map.get(key) ?? 0) + n);
}
