/** The simulated rack: machines and their BMCs in one process, on loopback addresses only. */

import type { InstallRecord } from '../model/event.ts';
import type { Firmware } from '../model/site.ts';
import type { Bmc } from './bmc/bmc.ts';
import { type BmcListener, listenBmc } from './bmc/listen.ts';
import { createLabClock, type LabClock } from './clock.ts';
import { createFaults, type Fault } from './faults.ts';
import type { Times } from './hardware.ts';
import type { HistoryEntry } from './history.ts';
import { createHttpClient, type HttpPort } from './http-port.ts';
import { isLoopback } from './loopback.ts';
import { createMachine, type Machine } from './machine.ts';
import { type Credentials, createMachineBmc } from './machine-bmc.ts';
import { createRandom } from './random.ts';

interface BmcPlace {
  /** A literal loopback address. */
  host: string;
  port: number;
}

export interface MachineSpec {
  name: string;
  mac: string;
  /** Port 0 takes a free one; `Rack.bmc` tells which. */
  bmc: BmcPlace;
  disk: 'blank' | { record: InstallRecord; configDigest: string | null; stacks: string[] };
  power: 'on' | 'off';
  firmware?: Firmware;
  pxeFirst?: boolean;
  /** Loopback address it speaks HTTP from; without it, the system chooses. */
  address?: string;
  /** Beside those of `RackOptions.faults`. */
  faults?: readonly Fault[];
}

export interface RackOptions {
  machines: readonly MachineSpec[];
  /** `http://…` of the boot plane; may be set later with `setBootUrl`. */
  bootUrl?: string;
  /** Lab seconds in a second. */
  speed: number;
  seed: number | string;
  /** By name of the machine. */
  faults?: ReadonlyMap<string, readonly Fault[]>;
  credentials: Credentials;
  times?: Partial<Times>;
  onHappening?: (machine: Machine, entry: HistoryEntry) => void;
  /** Instead of the process's own timers and network. */
  clock?: LabClock;
  http?: HttpPort;
  /** What the BMCs' sessions and boot flags expire by, ms: faster than real time only for clients that hurry as much. */
  bmcNow?: () => number;
}

export interface Rack {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Throws `RackError` for a name it does not know. */
  machine(name: string): Machine;
  /** Where the BMC of a machine listens. */
  bmc(name: string): BmcPlace;
  /** Rejects with `RackError`: a name twice, an address that is not loopback or that is taken. */
  add(spec: MachineSpec): Promise<Machine>;
  setBootUrl(url: string): void;
  /** Frees every port, stops every timer and request. */
  close(): Promise<void>;
}

/** A rack that cannot be as it was asked for; the message says what to change. */
export class RackError extends Error {
  override readonly name = 'RackError';
}

interface Slot {
  machine: Machine;
  listener: BmcListener;
}

/** Sockets opened at once. */
const AT_ONCE = 256;

/** Starts all machines, or none: when one BMC cannot listen, everything is closed again before it rejects. */
export async function startRack(options: RackOptions): Promise<Rack> {
  const clock = options.clock ?? createLabClock(options.speed);
  const client = createHttpClient();
  const http = options.http ?? client.request;
  const slots = new Map<string, Slot>();
  const machines = new Map<string, Machine>();
  const names = new Set<string>();
  let bootUrl = options.bootUrl ?? '';
  let closed = false;

  function build(spec: MachineSpec): { machine: Machine; bmc: Bmc } {
    const seed = `${options.seed}/${spec.name}`;
    const list = [...(options.faults?.get(spec.name) ?? []), ...(spec.faults ?? [])];
    const faults = createFaults(list, clock, seed);
    const machine: Machine = createMachine({
      ...spec,
      disk:
        spec.disk === 'blank'
          ? null
          : { ...spec.disk, reportUrl: null, reportKey: null, machineId: spec.disk.record.installId },
      clock,
      faults,
      http,
      random: createRandom(seed),
      bootUrl: () => bootUrl,
      takeBootFlags: () => bmc.takeBootFlags(),
      ...(options.times ? { times: options.times } : {}),
      ...(options.onHappening ? { onHappening: options.onHappening } : {}),
    });
    const { credentials } = options;
    const bmc = createMachineBmc({
      machine,
      credentials,
      clock,
      faults,
      random: createRandom(`${seed}/bmc`),
      ...(options.bmcNow ? { now: options.bmcNow } : {}),
    });
    return { machine, bmc };
  }

  async function add(spec: MachineSpec): Promise<Machine> {
    if (closed) throw new RackError('the rack is closed');
    if (names.has(spec.name)) throw new RackError(`there are two machines named "${spec.name}"`);
    for (const address of [spec.bmc.host, spec.address ?? spec.bmc.host]) {
      if (isLoopback(address)) continue;
      throw new RackError(`${spec.name}: ${address} is not a loopback address (127.0.0.0/8 or ::1)`);
    }
    names.add(spec.name);
    const { machine, bmc } = build(spec);
    try {
      const listener = await listenBmc({ address: spec.bmc.host, port: spec.bmc.port, bmc });
      if (closed) {
        await listener.close();
        throw new RackError('the rack was closed meanwhile');
      }
      slots.set(spec.name, { machine, listener });
    } catch (error) {
      names.delete(spec.name);
      throw listenError(spec, error);
    }
    machines.set(spec.name, machine);
    if (spec.power === 'on') machine.plugIn();
    return machine;
  }

  function slot(name: string): Slot {
    const found = slots.get(name);
    if (!found) throw new RackError(`no machine named "${name}" in this rack`);
    return found;
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    for (const { machine } of slots.values()) machine.close();
    await Promise.all([...slots.values()].map(({ listener }) => listener.close()));
    await client.close();
  }

  try {
    for (let i = 0; i < options.machines.length; i += AT_ONCE) {
      const results = await Promise.allSettled(options.machines.slice(i, i + AT_ONCE).map(add));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    machines,
    add,
    close,
    machine: (name) => slot(name).machine,
    bmc(name) {
      const { address, port } = slot(name).listener;
      return { host: address, port };
    },
    setBootUrl(url) {
      bootUrl = url;
    },
  };
}

function listenError({ name, bmc }: MachineSpec, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = `BMC of ${name}: ${bmc.host} port ${bmc.port}`;
  if (code === 'EADDRINUSE') {
    return new RackError(`${place} is in use: is another lab running? End it, or choose other addresses.`);
  }
  if (code === 'EADDRNOTAVAIL') return new RackError(`${place}: this machine does not have that address`);
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new RackError(
      `${place}: no more sockets may be opened; raise "ulimit -n" or ask for fewer machines`,
    );
  }
  return error;
}
