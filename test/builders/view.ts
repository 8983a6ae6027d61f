/** What the pages are given: a rack in a lively state, and the site's status over it. */

import type { NodeView, StatusView } from '../../src/model/api.ts';
import { PHASES, type Phase, type PowerState } from '../../src/model/phase.ts';
import type { Action, Hold } from '../../src/model/plan.ts';
import { viewNode } from '../../src/plan/explain.ts';
import { aCommit, T0 } from './commit.ts';
import { aNode, aSite, type NodeBuilder } from './node.ts';
import { aState, type StateBuilder } from './state.ts';

const MINUTE = 60_000;

/** One node as the API shows it; `hold` keeps its install back. */
export function aView(state: StateBuilder, node?: NodeBuilder, hold: Hold | null = null): NodeView {
  const built = state.build();
  const desired = (node ?? aNode(built.name)).build();
  const actions: Action[] = hold
    ? [
        {
          node: desired.name,
          pool: desired.pool,
          kind: 'install',
          effect: 'DESTROYS DISK',
          change: built.want?.change ?? 'first install of base',
          cause: { source: desired.sources.generation, commit: aCommit('9f27ab1') },
          hold,
        },
      ]
    : [];
  return viewNode(aSite([desired]), desired, built, actions, built.powerAt, T0);
}

/** The site's status, counted over these nodes. */
export function aStatus(nodes: readonly NodeView[], change: Partial<StatusView> = {}): StatusView {
  const phases = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
  const power: Record<PowerState, number> = { on: 0, off: 0, unknown: 0 };
  for (const node of nodes) {
    phases[node.phase] += 1;
    power[node.power] += 1;
  }
  const commit = aCommit('9f27ab1c4d', { subject: 'Move four sip nodes to docker', time: T0 - 6 * MINUTE });
  return {
    version: '0.1.0',
    startedAt: T0 - 300 * MINUTE,
    now: T0,
    repository: '/srv/sites/karoo',
    store: { kind: 'SQLite', place: '/var/lib/barewright/journal.db' },
    site: 'karoo',
    inForce: commit,
    inForceSince: T0 - 5 * MINUTE,
    git: {
      state: 'ok',
      message: 'the newest commit is in force',
      since: T0 - 5 * MINUTE,
      head: commit.id,
      problems: [],
    },
    dhcp: { state: 'off', message: 'dnsmasq is not run by barewright', since: T0 - 300 * MINUTE },
    registry: { state: 'off', message: 'no registry is run by barewright', since: T0 - 300 * MINUTE },
    review: { state: 'off', message: 'no pull requests are planned', since: T0 - 300 * MINUTE, open: 0 },
    notifications: { state: 'off', message: 'nobody is told', since: 0, channels: [], open: 0 },
    webhooks: {
      ...{ state: 'off', message: 'no webhooks are declared', since: T0 - 300 * MINUTE },
      ...{ heard: 0, refused: 0 },
    },
    policy: null,
    warnings: [],
    nodes: nodes.length,
    phases,
    power,
    needApproval: nodes.filter(({ actions }) => actions.some(({ hold }) => hold?.needsApproval)).length,
    halted: [],
    sweep: { lastAt: T0 - 12_000, lastMs: 240, unreachable: power.unknown },
    bootUrl: 'http://10.10.0.1:8081',
    installerLogs: null,
    offload: null,
    lastEventId: 0,
    ...change,
  };
}

const NEEDS_PERSON: Hold = {
  guard: 'reinstalls-per-commit',
  why: "one commit asks for 4 reinstalls and policy.reinstallsPerCommit is 3; approve the plan's digest or the node",
  needsApproval: true,
};

interface Lively {
  state: StateBuilder;
  node: NodeBuilder;
  hold: Hold | null;
}

/** `count` nodes in pools of equal size; about a quarter of them in another phase than settled. */
export function aRack(count: number, pools?: readonly string[]): NodeView[] {
  return lively(count, pools).map(({ state, node, hold }) => aView(state, node, hold));
}

function lively(count: number, pools: readonly string[] = ['sip', 'hte']): Lively[] {
  const each = Math.ceil(count / pools.length);
  const width = Math.max(2, String(each).length);
  return Array.from({ length: count }, (_, index) => {
    const pool = pools[Math.floor(index / each)] ?? 'sip';
    const number = String((index % each) + 1).padStart(width, '0');
    return livelyNode(`${pool}-n${number}`, pool, index);
  });
}

function livelyNode(name: string, pool: string, index: number): Lively {
  const node = aNode(name).pool(pool);
  const docker = node.profile('docker', 2);
  const base = aState(name)
    .power('on', T0 - 12_000)
    .with({ reportedAt: T0 - 3 * MINUTE });
  const carries = base.installed('base').with({ reportedAt: T0 - 3 * MINUTE });
  const wants = carries.wants('docker', 2);
  const busy = { phaseSince: T0 - 2 * MINUTE, deadline: T0 + 3 * MINUTE };
  const as = (state: StateBuilder, wish: NodeBuilder = node, hold: Hold | null = null): Lively => ({
    state,
    node: wish,
    hold,
  });
  switch (index % 32) {
    case 1:
      return as(
        wants.attempt().phase('arming', { ...busy, waitingFor: 'its boot entry to be published' }),
        docker,
      );
    case 2: {
      const booted = { n: 2, confirmedOffAt: T0, nextBootSetAt: T0, confirmedOnAt: T0 };
      return as(wants.attempt(booted).phase('booting', busy), docker);
    }
    case 3:
    case 20: {
      const progress = { step: 'unpacking the base system', percent: 42 + (index % 40), at: T0 };
      const waitingFor = 'the installer to report that it is done';
      const attempt = { answersAt: T0, progress };
      return as(
        wants
          .attempt(attempt)
          .phase('installing', { ...busy, waitingFor })
          .with({ record: null }),
        docker,
      );
    }
    case 4:
      return as(wants.held(`generation 1 → 2: ${NEEDS_PERSON.why}`), docker, NEEDS_PERSON);
    case 7:
      return as(
        wants.attempt().phase('configuring', { ...busy, waitingFor: 'every stack to report ok' }),
        docker,
      );
    case 9:
      return as(carries.stuck('3 attempts failed; the last one: the installer never fetched its answers'));
    case 10:
      return as(carries.settled().unreachable('timeout', T0 - 4 * MINUTE));
    case 13:
      return as(carries.settled().power('off'), node.power('off'));
    case 17:
      return as(carries.settled().power('off'));
    case 25:
      return as(aState(name));
    default:
      return as(carries.settled());
  }
}
