/** The guards that keep an action back; the first that speaks is the one named (promise 5). */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import type { Hold } from '../model/plan.ts';
import { heldPower, sayPowerHold } from '../model/power-hold.ts';
import { approvalAt, approvalEnds, diskTouched, hasBegun } from '../model/wish.ts';
import type { Around } from './around.ts';
import { sayPullRequests } from './compare-shown.ts';
import { hold, sayTime } from './hold.ts';
import type { Need } from './readiness.ts';
import { canaryHold, haltHold } from './rollout.ts';
import { shortCommit } from './say-age.ts';
import { allowance, isUnavailable, type Tallies } from './tallies.ts';
import { windowHold } from './windows.ts';

export interface Case {
  site: Site;
  node: DesiredNode;
  state: NodeState;
  /** Asked only when a guard needs it: it looks at every node. */
  tallies: () => Tallies;
  around: () => Around;
  now: number;
}

type Guarding = (c: Case) => Hold | null;

/** What the node itself, or a person, has to do with; no other node's turn. */
const OWN: readonly Guarding[] = [
  ({ node }) =>
    node.protected
      ? hold(
          'protected',
          `protected in Git: ${node.protected.reason}. Remove "protected" by a commit to allow it`,
        )
      : null,
  ({ node, state, now }) => pausedHold(node, state, now),
  ({ state, now }) => {
    const held = heldPower(state, now);
    return held?.state === 'off' ? hold('power-held', `its power is ${sayPowerHold(held)}`) : null;
  },
  ({ node }) => (node.bmc ? null : hold('no-bmc', 'it has no BMC, so it cannot be sent into the installer')),
  (c) =>
    !c.state.known && !approved(c)
      ? hold(
          'unknown-install',
          `what its disk carries is not known, so it is not wiped. Let it report, or run: barewright approve ${c.state.name}${lapsed(c)}`,
          true,
        )
      : null,
  haltedInstall,
  (c) => {
    const together = c.state.want?.together ?? 1;
    const cap = c.site.policy.reinstallsPerCommit;
    return together > cap && !approved(c)
      ? hold(
          'reinstalls-per-commit',
          `one commit asks for ${together} reinstalls and policy.reinstallsPerCommit is ${cap}; approve the plan's digest or the node${lapsed(c)}`,
          true,
        )
      : null;
  },
  (c) => {
    const by = c.state.want?.notShownBy;
    if (!by || approved(c)) return null;
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
  (c) => dependencyHold(c, 'settled'),
];

/** Whose turn it is; all of these lift by themselves. */
const TURN: readonly Guarding[] = [
  ({ site, node, now }) => windowHold(site.policy, node.pool, 'install', now),
  canaryInstall,
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
  return firstOf([...OWN, ...TURN], c);
}

/** What keeps its stacks from being applied in place. */
export function holdConfiguration(c: Case): Hold | null {
  return firstOf(CONFIGURATION, c);
}

const CONFIGURATION: readonly Guarding[] = [
  ({ node, state, now }) => pausedHold(node, state, now),
  haltedConfiguration,
  (c) => dependencyHold(c, 'settled'),
  ({ site, node, now }) => windowHold(site.policy, node.pool, 'configure', now),
  canaryConfiguration,
];

/** What keeps its power from being corrected towards what Git says. */
export function holdPower(c: Case): Hold | null {
  return firstOf(POWER, c);
}

const POWER: readonly Guarding[] = [
  ({ node, state, now }) => pausedHold(node, state, now),
  ({ state }) => stuckHold(state),
  ({ node, state }) =>
    node.power === 'off' && !state.known
      ? hold('unknown-install', 'a node that has not reported yet is not switched off')
      : null,
  (c) => (c.node.power === 'on' ? dependencyHold(c, 'up') : null),
  // What an attempt has switched is put right at any time.
  ({ site, node, state, now }) => (state.attempt ? null : windowHold(site.policy, node.pool, 'power', now)),
];

function firstOf(guards: readonly Guarding[], c: Case): Hold | null {
  for (const guard of guards) {
    const held = guard(c);
    if (held) return held;
  }
  return null;
}

function approved({ site, state, now }: Case): NodeState['approved'] {
  return approvalAt(state, site.policy.approvalExpiry, now);
}

/** Whose approval is no longer one, as the end of a sentence. */
function lapsed({ site, state, now }: Case): string {
  const ends = approvalEnds(state, site.policy.approvalExpiry);
  const late = state.approved && ends !== null && now >= ends ? { by: state.approved.by, at: ends } : null;
  const { by, at } = late ?? state.expired ?? {};
  return at === undefined ? '' : `. The approval of ${by} expired ${sayTime(at, site.timezone)}`;
}

function dependencyHold({ node, around }: Case, need: Need): Hold | null {
  for (const dependency of node.dependsOn) {
    const lacks = around().lacks(dependency, need);
    if (lacks !== null) return hold('dependency', `it depends on ${lacks}; it follows by itself`);
  }
  return null;
}

/** A disk that is lost already is brought to its end whatever becomes of the others. */
function haltedInstall(c: Case): Hold | null {
  const { site, node, state, around } = c;
  const rules = site.pools.get(node.pool)?.rollout;
  const { want } = state;
  if (!rules || rules.haltAfter === null || !want || want.first) return null;
  if (hasBegun(state) && diskTouched(state)) return null;
  const what = `the rollout of ${shortCommit(want.commit)} in pool ${node.pool}`;
  const lifts = `mend it by a commit, or approve the plan's digest or the node${lapsed(c)}`;
  const approvedAt = approved(c)?.at ?? null;
  return haltHold(
    rules,
    around().installs(node.pool, want.commit),
    { node: node.name, what, approvedAt, lifts },
    true,
  );
}

function canaryInstall({ node, state, ...c }: Case): Hold | null {
  const rules = c.site.pools.get(node.pool)?.rollout;
  const { want } = state;
  if (!rules || rules.canary === 0 || !want || want.first || hasBegun(state)) return null;
  return canaryHold(
    rules,
    c.around().installs(node.pool, want.commit),
    node.name,
    (member) => firstOf(OWN, { ...c, ...member }) === null,
  );
}

function haltedConfiguration({ site, node, state, around }: Case): Hold | null {
  const rules = site.pools.get(node.pool)?.rollout;
  if (!rules || rules.haltAfter === null || state.phase === 'stuck') return null;
  const what = `the configuration of pool ${node.pool}`;
  const lifts = 'mend it by a commit, or let them try again (barewright retry)';
  const rollout = around().configurations(node.pool, node.configDigest);
  return haltHold(rules, rollout, { node: node.name, what, approvedAt: null, lifts }, false);
}

function canaryConfiguration({ node, state, ...c }: Case): Hold | null {
  const rules = c.site.pools.get(node.pool)?.rollout;
  if (!rules || rules.canary === 0 || state.phase === 'stuck') return null;
  const rollout = c.around().configurations(node.pool, node.configDigest);
  return canaryHold(rules, rollout, node.name, (member) => {
    const other = { ...c, ...member };
    return pausedHold(member.node, member.state, c.now) === null && dependencyHold(other, 'settled') === null;
  });
}

/** A pause in Git or through the API that has not run out. */
export function pausedHold(node: DesiredNode, state: NodeState, now: number): Hold | null {
  if (node.paused && isPausedAt(node.paused, now)) {
    const { reason, until: end } = node.paused;
    return hold('paused', `paused in Git: ${reason}${until(end)}`, false, end);
  }
  if (state.pause && isPausedAt(state.pause, now)) {
    const { by, why, until: end } = state.pause;
    return hold('paused', `paused by ${by}: ${why}${until(end)}`, false, end);
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

function until(time: number | null): string {
  return time === null ? '' : `, until ${new Date(time).toISOString()}`;
}
