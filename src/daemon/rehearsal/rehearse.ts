/** A commit carried out on a simulated rack: the daemon as it is, on machines that are as an earlier commit says. */

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Source } from '../../git/source.ts';
import { openMemoryJournal } from '../../journal/memory.ts';
import type { Fault } from '../../lab/faults.ts';
import { type PatientClock, startPatientClock } from '../../lab/patient-clock.ts';
import { type MachineSpec, startRack } from '../../lab/rack.ts';
import { labMachines, rackFromSite } from '../../lab/specs.ts';
import type { Site } from '../../model/desired.ts';
import type { Event, NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { NodeState } from '../../model/node-state.ts';
import { isBusy } from '../../model/phase.ts';
import type { Plan } from '../../model/plan.ts';
import { assumeSettled } from '../../plan/assume-settled.ts';
import { makePlan } from '../../plan/plan.ts';
import { startDaemon } from '../daemon.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { adaptSite, PASSWORD, type Places } from './adapt-site.ts';
import { BMC_HURRY, HURRIED, hurriedDrivers, hurriedLab } from './hurry.ts';
import { isDue, type Outcome, outcomesOf } from './outcome.ts';

export interface RehearsalOptions {
  /** The user's repository, as its owner names it; read through `source`. */
  location: string;
  source: Source;
  /** Every machine is settled on this one. */
  from: Site;
  to: Site;
  faults: ReadonlyMap<string, readonly Fault[]>;
  seed: string;
  speed: number;
  /** Of an installation, ms of the rack's time. */
  installTime: number;
  /** Whatever the plan holds for an approval is approved. */
  approve: boolean;
  env: NodeJS.ProcessEnv;
  log: Logger;
  signal: AbortSignal;
  /** Called with news as they come: the rack's time since the commit came into force, ms. */
  onEvents(events: readonly Event[], elapsed: number, states: ReadonlyMap<string, NodeState>): void;
}

export interface Rehearsal {
  outcomes: Outcome[];
  /** All came to rest; else nothing had happened for longer than anything may take. */
  ended: boolean;
  /** The rack's time from the commit to the last thing that happened, ms. */
  elapsed: number;
  machines: number;
}

const LOOK = 100;
const MINUTE = 60_000;
/** After which nothing is expected to happen any more; besides, any phase may take its own time. */
const PATIENCE = 15 * MINUTE;

/** Rejects with the signal's reason when it aborts; everything is taken away again in any case. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const dir = await mkdtemp(join(tmpdir(), 'barewright-rehearsal-'));
  const clock = startPatientClock();
  const ends: (() => Promise<void>)[] = [];
  try {
    await mkdir(join(dir, 'secrets'));
    return await run(options, { dir, clock, ends });
  } finally {
    for (const end of ends.reverse()) await end();
    clock.close();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Stage {
  dir: string;
  clock: PatientClock;
  /** What is to be ended, in the order it was begun. */
  ends: (() => Promise<void>)[];
}

async function run(options: RehearsalOptions, { dir, clock, ends }: Stage): Promise<Rehearsal> {
  const { from, to, speed, signal, source } = options;
  const password = randomBytes(9).toString('base64url');
  const specs = machinesOf(options);
  const rack = await startRack({
    machines: [...specs.values()],
    speed,
    clock: hurriedLab(clock, speed),
    seed: options.seed,
    faults: options.faults,
    credentials: { username: 'admin', password },
    times: { install: options.installTime, report: Math.max(5 * MINUTE, specs.size * 5 * speed) },
    bmcNow: () => clock.now() * BMC_HURRY,
  });
  ends.push(rack.close);
  const places: Places = { speed, bmcOf: (name) => (specs.has(name) ? rack.bmc(name) : null) };
  const adapt = (site: Site): Site => adaptSite(site, places);

  const journal = openMemoryJournal({
    clock: clock.now,
    states: statesOf(from, specs, clock.now()),
    facts: { acceptedCommit: from.commit.id },
  });
  const branch = followed(source, from.commit.id);
  const daemon = await startDaemon(
    {
      ...DEFAULT_SETTINGS,
      repository: options.location,
      dataDir: join(dir, 'data'),
      secretsDir: join(dir, 'secrets'),
      bootListen: { host: '127.0.0.1', port: 0 },
      controlListen: { host: '127.0.0.1', port: 0 },
      bindAddresses: false,
      simulated: true,
      timing: HURRIED,
      drivers: hurriedDrivers(clock),
      env: { ...options.env, [PASSWORD]: password },
    },
    {
      log: options.log,
      clock: clock.now,
      openJournal: async () => journal,
      openSource: async () => branch.source,
      adapt,
    },
  );
  ends.push(daemon.close);
  rack.setBootUrl(daemon.bootUrl);
  await until(
    () =>
      journal
        .states()
        .values()
        .every(({ power }) => power !== 'unknown'),
    clock,
    signal,
  );

  const site = adapt(to);
  const planned = planOf(site, adapt(from), journal, clock);
  let start = clock.now();
  const seen: Event[] = [];
  let lastNews = start;
  const unsubscribe = journal.subscribe((events) => {
    const accepted = events.find(({ reason }) => reason === 'CommitAccepted');
    if (accepted) start = accepted.time;
    seen.push(...events);
    if (events.some(isNews)) lastNews = clock.now();
    options.onEvents(events, (clock.now() - start) * speed, journal.states());
  });
  branch.moveTo(to.commit.id);
  await until(() => journal.facts().acceptedCommit === to.commit.id, clock, signal);
  if (options.approve) await approveAll(journal, planOf(site, null, journal, clock), site);

  const patience = longestPhase(site) + PATIENCE / speed;
  const ended = await untilRest(() => isAtRest(site, journal, clock), {
    clock,
    signal,
    isOver: () => clock.now() - lastNews > patience,
  });
  unsubscribe();
  const now = planOf(site, null, journal, clock);
  const about = { site, states: journal.states(), events: seen, planned, now, start, speed };
  return {
    outcomes: outcomesOf(about),
    ended,
    elapsed: (lastNews - start) * speed,
    machines: rack.machines.size,
  };
}

/** A machine for every node of both commits; those of nodes that are new are blank. */
function machinesOf({ from, to }: RehearsalOptions): Map<string, MachineSpec> {
  const all = new Map([...to.nodes, ...from.nodes]);
  const places = labMachines(Math.max(all.size, 1));
  const local = [...all.values()].map((node, index) => {
    const host = places[index]?.bmc ?? '127.77.0.1';
    return { ...node, bmc: { url: '', scheme: 'ipmi', host, port: 0, credentials: '' } };
  });
  const stacks = (profile: string) => (from.profiles.get(profile)?.stacks ?? []).map(({ name }) => name);
  const installed = rackFromSite(local, { disks: 'installed', commit: from.commit.id, stacks });
  return new Map(
    installed.map((spec): [string, MachineSpec] => {
      const node = from.nodes.get(spec.name);
      if (!node) return [spec.name, { ...spec, disk: 'blank', power: 'off' }];
      return [spec.name, node.power === 'off' ? { ...spec, power: 'off' } : spec];
    }),
  );
}

/** As the machines are: the records are theirs. */
function statesOf(from: Site, specs: ReadonlyMap<string, MachineSpec>, now: number): NodeState[] {
  return [...assumeSettled(from).values()].map((state) => {
    const disk = specs.get(state.name)?.disk;
    const record = disk && disk !== 'blank' ? disk.record : state.record;
    return { ...state, record, reportedAt: now };
  });
}

/** The repository, whose branch is where it is told to be; nobody rewrites history here. */
function followed(source: Source, first: string): { source: Source; moveTo(commit: string): void } {
  let head = first;
  const listeners = new Set<() => void>();
  return {
    source: {
      ...source,
      head: async () => head,
      isAncestor: async () => true,
      onChange(callback) {
        listeners.add(callback);
        return () => listeners.delete(callback);
      },
      // It is its opener's.
      close: () => listeners.clear(),
    },
    moveTo(commit) {
      head = commit;
      for (const callback of listeners) callback();
    },
  };
}

function planOf(site: Site, previous: Site | null, journal: Journal, clock: PatientClock): Plan {
  const causeOf = () => site.commit;
  return makePlan({ site, previous, states: journal.states(), now: clock.now(), causeOf }).plan;
}

/** As the daemon does it for a person. */
async function approveAll(journal: Journal, plan: Plan, site: Site): Promise<void> {
  const { digest, actions } = plan;
  const held = actions.filter(({ hold, kind }) => hold?.needsApproval && kind === 'install');
  const events = held.map(
    ({ node }): NewEvent => ({
      node,
      commit: site.commit.id,
      actor: 'rehearsal',
      reason: 'InstallApproved',
      message: 'install approved for the rehearsal',
      data: { digest, why: 'rehearsal' },
    }),
  );
  if (events.length > 0) await journal.append(events);
}

const NEWS: ReadonlySet<Event['reason']> = new Set([
  ...(['CommitAccepted', 'PhaseEntered', 'AttemptStarted', 'AttemptFailed', 'InstallSettled'] as const),
  ...(['InstallProgress', 'Stuck', 'NodeAdopted', 'PowerResult'] as const),
]);

function isNews({ reason }: Event): boolean {
  return NEWS.has(reason);
}

/** Real ms. */
function longestPhase({ profiles, policy }: Site): number {
  const phases = [...profiles.values()].flatMap(({ timeouts }) => [timeouts.install, timeouts.configure]);
  return Math.max(
    ...phases,
    policy.deadlines.booting,
    policy.deadlines.restarting,
    2 * policy.reportInterval,
  );
}

function isAtRest(site: Site, journal: Journal, clock: PatientClock): boolean {
  const states = journal.states();
  for (const name of site.nodes.keys()) {
    const state = states.get(name);
    if (!state || isBusy(state.phase) || state.phase === 'found') return false;
  }
  return !planOf(site, null, journal, clock).actions.some((action) => isDue(action, states.get(action.node)));
}

interface Waiting {
  clock: PatientClock;
  signal: AbortSignal;
  /** It is waited no longer. */
  isOver(): boolean;
}

async function untilRest(wish: () => boolean, { clock, signal, isOver }: Waiting): Promise<boolean> {
  while (!wish()) {
    if (isOver()) return false;
    await clock.sleep(LOOK);
    signal.throwIfAborted();
  }
  return true;
}

/** For what takes a moment; a minute of it is a defect. */
async function until(wish: () => boolean, clock: PatientClock, signal: AbortSignal): Promise<void> {
  const end = clock.now() + MINUTE;
  const done = await untilRest(wish, { clock, signal, isOver: () => clock.now() > end });
  if (!done) throw new Error('the rehearsal does not get under way; this should not have happened');
}
