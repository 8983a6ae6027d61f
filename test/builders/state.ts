/** Builder of node states. A state and a node built with the same profile and generation are in sync. */

import type { InstallRecord, InstallTarget } from '../../src/model/event.ts';
import { newNodeState } from '../../src/model/fold.ts';
import type { Attempt, NodeState } from '../../src/model/node-state.ts';
import type { Phase, PowerOp, PowerState } from '../../src/model/phase.ts';
import type { PowerErrorKind } from '../../src/model/power.ts';
import { aCommit, T0 } from './commit.ts';

export interface StateBuilder {
  /** Where it is in its life, and since when. */
  phase(
    phase: Phase,
    change?: Partial<Pick<NodeState, 'phaseSince' | 'deadline' | 'waitingFor'>>,
  ): StateBuilder;
  settled(): StateBuilder;
  held(waitingFor?: string): StateBuilder;
  stuck(why?: string): StateBuilder;
  baseline(profile: string, generation: number): StateBuilder;
  /** Carries this install, has reported it, and Git said so when last looked at. */
  installed(profile: string, generation?: number): StateBuilder;
  /** A commit asked for this install. */
  wants(profile: string, generation: number, change?: Partial<InstallTarget>): StateBuilder;
  approved(digest?: string | null, by?: string): StateBuilder;
  /** An attempt at the install wanted (or at the baseline), armed, without evidence but what is given. */
  attempt(change?: Partial<Attempt>): StateBuilder;
  power(power: PowerState, at?: number): StateBuilder;
  command(op: PowerOp | 'next-boot-pxe', at?: number, result?: 'none' | 'accepted' | 'failed'): StateBuilder;
  unreachable(kind?: PowerErrorKind, since?: number): StateBuilder;
  paused(why?: string, until?: number | null): StateBuilder;
  with(change: Partial<NodeState>): StateBuilder;
  build(): NodeState;
}

/** A node found just now: nothing known of its install, its BMC or its power. */
export function aState(name: string): StateBuilder {
  return stateBuilder(newNodeState(name, { profile: 'base', generation: 1 }, T0));
}

function stateBuilder(state: NodeState): StateBuilder {
  const but = (change: Partial<NodeState>): StateBuilder => stateBuilder({ ...state, ...change });
  const enter = (phase: Phase, change: Partial<NodeState> = {}): StateBuilder =>
    but({ phase, phaseSince: T0, deadline: null, waitingFor: '', ...change });
  return {
    phase: enter,
    settled: () => enter('settled'),
    held: (waitingFor = 'an approval') => enter('held', { waitingFor }),
    stuck: (why = '3 attempts failed') => enter('stuck', { stuck: why, waitingFor: 'a person or a commit' }),
    baseline: (profile, generation) => but({ baseline: { profile, generation } }),
    installed: (profile, generation = 1) =>
      but({
        baseline: { profile, generation },
        record: aRecord(profile, generation),
        known: true,
        configDigest: `config-${profile}`,
        reportedAt: T0,
      }),
    wants: (profile, generation, change = {}) =>
      but({
        want: { ...targetOf(state, profile, generation), ...change },
        baseline: { profile, generation },
        approved: null,
      }),
    approved: (digest = null, by = 'thandi') => but({ approved: { by, at: T0, digest } }),
    attempt: (change = {}) => {
      const attempt = anAttempt(state, change);
      return but({ attempt, attemptsUsed: attempt.n });
    },
    power: (power, at = T0) =>
      but({ power, powerAt: at, bmc: { reachable: true, kind: null, message: '', since: T0 } }),
    command: (op, at = T0, result = 'accepted') => but({ command: { op, at, result, tries: 1 } }),
    unreachable: (kind = 'unreachable', since = T0) =>
      but({ power: 'unknown', bmc: { reachable: false, kind, message: 'no answer', since } }),
    paused: (why = 'being repaired', until = null) => but({ pause: { why, until, by: 'thandi' } }),
    with: but,
    build: () => structuredClone(state),
  };
}

export function aRecord(profile: string, generation = 1, change: Partial<InstallRecord> = {}): InstallRecord {
  return {
    installId: `install-${profile}-${generation}`,
    profile,
    generation,
    installDigest: `install-${profile}`,
    commit: aCommit('abc').id,
    ...change,
  };
}

function targetOf(state: NodeState, profile: string, generation: number): InstallTarget {
  const { name, baseline } = state;
  return {
    profile,
    generation,
    commit: aCommit('abc').id,
    asked: aCommit('abc'),
    cause: { file: `inventory/nodes/${name}.yaml`, line: 6, column: 3 },
    change:
      profile === baseline.profile
        ? `generation ${baseline.generation} → ${generation}`
        : `profile ${baseline.profile} → ${profile}`,
    together: 1,
    first: false,
  };
}

function anAttempt(state: NodeState, change: Partial<Attempt>): Attempt {
  const { profile, generation } = state.baseline;
  const target = state.want ?? targetOf(state, profile, generation);
  return {
    n: state.attemptsUsed + 1,
    installId: `install-${target.profile}-${target.generation}`,
    target,
    startedAt: T0,
    armed: true,
    confirmedOffAt: null,
    nextBootSetAt: null,
    confirmedOnAt: null,
    scriptAt: null,
    answersAt: null,
    answersFetches: 0,
    address: null,
    progress: null,
    completedAt: null,
    failed: null,
    reportedAt: null,
    ...change,
  };
}
