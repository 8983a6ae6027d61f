/** The stage of a rehearsal: a rack of simulated machines, and a daemon that has the first commit in force. */

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Source } from '../../git/source.ts';
import { openMemoryJournal } from '../../journal/memory.ts';
import type { Fault } from '../../lab/faults.ts';
import type { PatientClock } from '../../lab/patient-clock.ts';
import { type MachineSpec, type Rack, startRack } from '../../lab/rack.ts';
import { labMachines, rackFromSite } from '../../lab/specs.ts';
import type { Site } from '../../model/desired.ts';
import type { NodeState } from '../../model/node-state.ts';
import { assumeSettled } from '../../plan/assume-settled.ts';
import { startDaemon } from '../daemon.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { adaptSite, PASSWORD } from './adapt-site.ts';
import { BMC_HURRY, HURRIED, hurriedDrivers, hurriedLab } from './hurry.ts';

export interface StageOptions {
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
  env: NodeJS.ProcessEnv;
  log: Logger;
}

const MINUTE = 60_000;

export interface Stage {
  dir: string;
  clock: PatientClock;
  /** Of all BMCs. */
  password: string;
  /** What is to be ended, in the order it was begun. */
  ends: (() => Promise<void>)[];
}

type Adapt = (site: Site) => Site;

/** All machines, as the first commit says; and how a site is to speak of them. */
export async function plugIn(options: StageOptions, stage: Stage): Promise<{ rack: Rack; adapt: Adapt }> {
  const { speed } = options;
  const { clock, password } = stage;
  const specs = machinesOf(options);
  const rack = await startRack({
    machines: specs,
    speed,
    clock: hurriedLab(clock, speed),
    seed: options.seed,
    faults: options.faults,
    credentials: { username: 'admin', password },
    times: { install: options.installTime, report: Math.max(5 * MINUTE, specs.length * 5 * speed) },
    bmcNow: () => clock.now() * BMC_HURRY,
  });
  stage.ends.push(rack.close);
  const bmcOf = (name: string) => (rack.machines.has(name) ? rack.bmc(name) : null);
  return { rack, adapt: (site) => adaptSite(site, { speed, bmcOf }) };
}

/** The daemon, with the first commit in force and every node settled on it. */
export async function startOn(rack: Rack, adapt: Adapt, options: StageOptions, stage: Stage) {
  const { from } = options;
  const { dir, clock, password } = stage;
  const journal = openMemoryJournal({
    clock: clock.now,
    states: statesOf(from, rack, clock.now()),
    facts: { acceptedCommit: from.commit.id },
  });
  const branch = followed(options.source, from.commit.id);
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
  stage.ends.push(daemon.close);
  rack.setBootUrl(daemon.bootUrl);
  return { journal, branch };
}

/** A machine for every node of both commits; those of nodes that are new are blank. */
function machinesOf({ from, to }: StageOptions): MachineSpec[] {
  const all = new Map([...to.nodes, ...from.nodes]);
  const places = labMachines(Math.max(all.size, 1));
  const local = [...all.values()].map((node, index) => {
    const host = places[index]?.bmc ?? '127.77.0.1';
    return { ...node, bmc: { url: '', scheme: 'ipmi', host, port: 0, credentials: '' } };
  });
  const stacks = (profile: string) => (from.profiles.get(profile)?.stacks ?? []).map(({ name }) => name);
  const installed = rackFromSite(local, { disks: 'installed', commit: from.commit.id, stacks });
  return installed.map((spec) => {
    const node = from.nodes.get(spec.name);
    if (!node) return { ...spec, disk: 'blank', power: 'off' };
    return node.power === 'off' ? { ...spec, power: 'off' } : spec;
  });
}

/** As the machines are: the records are theirs. */
function statesOf(from: Site, { machines }: Rack, now: number): NodeState[] {
  return [...assumeSettled(from).values()].map((state) => {
    const record = machines.get(state.name)?.disk?.record ?? state.record;
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
