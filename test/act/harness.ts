/** One node in virtual time: a journal in memory, a machine behind a BMC that a test may break, and the real reconcile. */

import { type RunnerPorts, reconcileNode } from '../../src/act/runner.ts';
import { TIMING, type Timing } from '../../src/act/step.ts';
import { createFleet, type Fleet } from '../../src/daemon/fleet.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { DesiredNode, Site } from '../../src/model/desired.ts';
import type { Event, InstallRecord, NewEvent, Reason } from '../../src/model/event.ts';
import { fold } from '../../src/model/fold.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import type { PowerOp } from '../../src/model/phase.ts';
import { type PowerDriver, PowerError, type PowerErrorKind } from '../../src/model/power.ts';
import { createPowerObserver } from '../../src/observe/power-observer.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aNode, aSite, type NodeBuilder } from '../builders/node.ts';
import { aState, type StateBuilder } from '../builders/state.ts';

/** What stands in the rack; it outlives a daemon. Times in ms of the virtual clock. */
export interface Machine {
  power: 'on' | 'off';
  /** Everything that reached the BMC: readings and commands, with the time. */
  calls: string[];
  /** Does not answer at all, or not as it should. */
  fails: PowerErrorKind | null;
  /** Takes these commands and does nothing. */
  ignores: Set<PowerOp>;
  /** How long a command takes to be carried out; a soft-off on top of it. */
  delay: number;
  softOff: number;
  nextBootAt: number | null;
  due: { at: number; power: 'on' | 'off' }[];
}

export function aMachine(change: Partial<Machine> = {}): Machine {
  return {
    power: 'on',
    fails: null,
    ignores: new Set(),
    delay: 0,
    softOff: 5_000,
    nextBootAt: null,
    ...change,
    calls: [...(change.calls ?? [])],
    due: [...(change.due ?? [])],
  };
}

export interface World {
  now: number;
  machine: Machine;
}

export interface BenchOptions {
  node?: NodeBuilder;
  state?: StateBuilder | NodeState;
  policy?: Parameters<typeof aSite>[1];
  machine?: Machine;
  /** Starts a daemon in a world that is there already. */
  world?: World;
  timing?: Partial<Timing>;
  /** Rejects to make the boot entry impossible. */
  publish?: () => Promise<void>;
  sshCheck?: RunnerPorts['sshCheck'];
  /** Says what the installer still waits for; null when all is there. */
  awaits?: () => string | null;
  /** Called after every append, with all that was appended so far. */
  onEvents?: (events: readonly Event[]) => void;
}

export type Bench = ReturnType<typeof aBench>;

/** The daemon's view of one node, `n1`, which by default carries base 1 and is to carry base 2. */
export function aBench(options: BenchOptions = {}) {
  const world = options.world ?? { now: T0, machine: options.machine ?? aMachine() };
  const { machine } = world;
  const clock = () => world.now;
  const start = options.state ?? aState('n1').installed('base').settled().power('on').wants('base', 2);
  const state = 'build' in start ? start.build() : start;
  const journal = openMemoryJournal({ clock, states: [state] });
  let site = siteOf(options.node ?? aNode('n1').profile('base', 2), options.policy);
  const observer = createPowerObserver({
    journal,
    driverFor: () => (site.nodes.get('n1')?.bmc ? driver : null),
    clock,
  });
  const fleet = createFleet({
    journal,
    lastReading: observer.lastReading,
    timing: { ...TIMING, ...options.timing },
    ...(options.awaits ? { awaits: options.awaits } : {}),
    clock,
  });
  fleet.use(site);
  const log: Event[] = [];
  journal.subscribe((events) => {
    log.push(...events);
    options.onEvents?.(log);
  });
  const driver = driverOf(world);

  let sweepAt = world.now + 60_000;

  /** Until the node rests; then when it wants to be looked at again. */
  function settle(): Promise<number | null> {
    return reconcileNode('n1', {
      journal,
      situation: fleet.situation,
      driverFor: () => (site.nodes.get('n1')?.bmc ? driver : null),
      observer,
      publish: options.publish ?? (async () => {}),
      sshCheck: options.sshCheck ?? (async () => ({ ok: false, why: 'nobody asked for it' })),
    });
  }

  /** Lets time pass as the daemon would: each wake-up in its turn, and a sweep once a minute. */
  async function pass(ms: number): Promise<void> {
    const end = world.now + ms;
    for (let turns = 0; ; turns++) {
      if (turns > 5_000) throw new Error('it never comes to rest');
      const wakeAt = (await settle()) ?? Number.POSITIVE_INFINITY;
      const next = Math.min(wakeAt, sweepAt);
      if (next > end) break;
      if (next <= world.now) throw new Error(`it wants to be woken at ${next}, which is not later than now`);
      advance(world, next);
      if (next === sweepAt) {
        sweepAt += 60_000;
        await observer.read('n1');
      }
    }
    advance(world, end);
    await settle();
  }

  /** Until the wish holds; fails after an hour. */
  async function until(wish: (state: NodeState) => boolean, ms = 3_600_000): Promise<void> {
    const end = world.now + ms;
    await settle();
    while (!wish(now())) {
      if (world.now >= end) throw new Error(`still ${now().phase}, waits for ${now().waitingFor}`);
      await pass(500);
    }
  }

  function now(): NodeState {
    const found = journal.state('n1');
    if (!found) throw new Error('n1 is gone');
    return found;
  }

  async function say<R extends Reason>(
    ...[reason, data]: Parameters<typeof anEvent<R>> extends [unknown, infer A, infer B, ...unknown[]]
      ? [A, B]
      : never
  ): Promise<void> {
    await journal.append([anEvent('n1', reason as R, data as never)] as NewEvent[]);
    await settle();
  }

  /** A commit comes into force. */
  async function commit(
    node: NodeBuilder,
    change: Parameters<typeof aSite>[1] = options.policy,
  ): Promise<void> {
    const next = siteOf(node, change);
    const { events } = makePlan({
      site: next,
      previous: site,
      states: journal.states(),
      now: world.now,
      causeOf: () => next.commit,
    });
    site = next;
    fleet.use(next);
    await journal.append(events);
    await settle();
  }

  const installId = () => now().attempt?.installId ?? '';
  const evidence = {
    script: () => say('BootScriptServed', { answer: 'installer', address: '10.0.0.1' }),
    answers: () => say('AnswersServed', { installId: installId(), address: '10.0.0.1' }),
    progress: (step: string) => say('InstallProgress', { installId: installId(), step, percent: null }),
    completed: () => say('InstallCompleted', { installId: installId() }),
    failed: (why: string) => say('InstallFailed', { installId: installId(), why }),
    report: (change: Partial<ReportData> = {}) =>
      say('Reported', { ...reportOf(now(), nodeNow()), ...change }),
  };
  const nodeNow = (): DesiredNode => {
    const found = fleet.node('n1');
    if (!found) throw new Error('n1 is not in the site');
    return found;
  };

  return {
    world,
    machine,
    journal,
    observer,
    fleet: fleet as Fleet,
    log,
    settle,
    pass,
    until,
    now,
    say,
    commit,
    evidence,
    /** Commands that reached the BMC, without the readings. */
    commands: () => machine.calls.filter((call) => !call.endsWith('read')),
    reasons: () => log.map(({ reason }) => reason),
    phases: () => log.flatMap((event) => (event.reason === 'PhaseEntered' ? [event.data.phase] : [])),
  };
}

/** On, after the boot device was set; nothing fetched yet. */
export async function booted(bench: Bench): Promise<void> {
  await bench.until(({ attempt }) => attempt?.confirmedOnAt != null && attempt.scriptAt === null);
}

/** The installer has its answers. */
export async function installing(bench: Bench): Promise<void> {
  await booted(bench);
  await bench.evidence.script();
  await bench.evidence.answers();
}

type ReportData = Extract<NewEvent, { reason: 'Reported' }>['data'];

/** What the system that the present attempt installed says at its first boot. */
function reportOf({ attempt }: NodeState, node: DesiredNode): ReportData {
  const record: InstallRecord | null = attempt && {
    installId: attempt.installId,
    profile: attempt.target.profile,
    generation: attempt.target.generation,
    installDigest: node.installDigest,
    commit: attempt.target.commit,
  };
  return {
    record,
    configDigest: node.configDigest,
    stacks: [{ name: 'base', state: 'ok' }],
    facts: {},
    boot: true,
  };
}

function siteOf(node: NodeBuilder, change: Parameters<typeof aSite>[1] = {}): Site {
  return aSite([node], { ...change });
}

function advance(world: World, to: number): void {
  world.now = Math.max(world.now, to);
  const { machine } = world;
  for (const { power } of machine.due.filter(({ at }) => at <= world.now)) machine.power = power;
  machine.due = machine.due.filter(({ at }) => at > world.now);
}

/** Seconds since the start, for the log of calls. */
function stamp(world: World): string {
  return `${(world.now - T0) / 1000}s`;
}

function driverOf(world: World): PowerDriver {
  const { machine } = world;
  function answer(call: string): void {
    machine.calls.push(`${stamp(world)} ${call}`);
    if (machine.fails) throw new PowerError(machine.fails, `the BMC says: ${machine.fails}`);
  }
  return {
    async readPower() {
      answer('read');
      return machine.power;
    },
    async setPower(op) {
      answer(op);
      if (machine.ignores.has(op)) return;
      const power = op === 'on' ? 'on' : 'off';
      const takes = machine.delay + (op === 'soft-off' ? machine.softOff : 0);
      if (takes === 0) machine.power = power;
      else machine.due.push({ at: world.now + takes, power });
    },
    async setNextBoot(device) {
      answer(`next-boot ${device}`);
      machine.nextBootAt = world.now;
    },
    describe: async () => 'a machine of this test',
    close: async () => {},
  };
}

/** The states that the first `count` events of a journal add up to, from the same beginning. */
export function replay(start: NodeState, events: readonly Event[], count: number): NodeState {
  const states = new Map([[start.name, start]]);
  for (const event of events.slice(0, count)) fold(states, event);
  const state = states.get(start.name);
  if (!state) throw new Error('released');
  return state;
}
