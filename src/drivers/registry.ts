/** Every kind of BMC by the scheme of its URL. A new kind is a line in the table. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SUPPORTED_SCHEMES } from '../model/bmc-schemes.ts';
import type { BmcAddress } from '../model/desired.ts';
import { type PowerDriver, PowerError } from '../model/power.ts';
import { type BmcMemory, type Credentials, createBmcMemory } from './bmc-memory.ts';
import { createGuards, type GuardClock, type GuardedDriver, type GuardOptions } from './guarded.ts';
import { createIpmiChannel } from './ipmi/channel.ts';
import { createIpmiDriver } from './ipmi/driver.ts';
import { createRandomPool, type RandomBytes } from './ipmi/random-pool.ts';
import type { Timing } from './ipmi/timing.ts';
import { createTransport, type Transport } from './ipmi/transport.ts';
import { createIpmitoolChannel } from './ipmitool/channel.ts';
import { createIpmitoolHome, type IpmitoolHome } from './ipmitool/home.ts';

export interface DriversOptions {
  /** Of gaps and rests; default: the process's. */
  clock?: GuardClock;
  /** 0 to 1, for jitter. */
  random?: () => number;
  /** How long the IPMI client waits for answers. */
  timing?: Timing;
  guards?: Omit<GuardOptions, 'clock' | 'random'>;
}

export interface Drivers {
  /**
   * A driver with its manners (see guarded.ts). Drivers for one address share its turn, its rest, its cipher suite and
   * the memory of refused credentials. `gap`: ms between two commands, default 500. Throws PowerError `unsupported` for
   * a scheme without a driver.
   */
  driverFor(bmc: BmcAddress, credentials: Credentials, gap?: number): GuardedDriver;
  /** Credentials that this BMC has refused are tried once more, because a person asks for it: BMCs lock accounts after a few tries. */
  forgive(bmc: BmcAddress): void;
  close(): Promise<void>;
}

type Scheme = (typeof SUPPORTED_SCHEMES)[number];

interface Shared {
  transport: Transport;
  random: RandomBytes;
  home: IpmitoolHome;
  timing: Timing | undefined;
}

type Factory = (bmc: BmcAddress, credentials: Credentials, memory: BmcMemory, shared: Shared) => PowerDriver;

const FACTORIES: Readonly<Record<Scheme, Factory>> = {
  ipmi: ({ host, port }, credentials, memory, { transport, random, timing }) =>
    createIpmiDriver(
      createIpmiChannel(
        { host, port, ...credentials },
        { transport, random, memory, ...(timing && { timing }) },
      ),
    ),
  ipmitool: ({ host, port }, credentials, memory, { home }) =>
    createIpmiDriver(createIpmitoolChannel({ host, port, ...credentials }, { home, memory })),
};

const DEFAULT_GAP_MS = 500;
const PROCESS_CLOCK: GuardClock = {
  now: () => performance.now(),
  sleep: async (ms) => void (await sleep(ms)),
};

export function createDrivers(options: DriversOptions = {}): Drivers {
  const random = createRandomPool();
  const transport = createTransport({ random });
  const home = createIpmitoolHome();
  const shared: Shared = { transport, random, home, timing: options.timing };
  const memories = new Map<string, BmcMemory>();
  const guards = createGuards({
    clock: options.clock ?? PROCESS_CLOCK,
    random: options.random ?? Math.random,
    ...options.guards,
  });

  function memoryOf(key: string): BmcMemory {
    const memory = memories.get(key) ?? createBmcMemory();
    memories.set(key, memory);
    return memory;
  }

  return {
    driverFor(bmc, credentials, gap = DEFAULT_GAP_MS) {
      if (!hasFactory(bmc.scheme)) {
        throw new PowerError('unsupported', `BMCs of the kind ${bmc.scheme}:// are not yet supported`);
      }
      const key = keyOf(bmc);
      const driver = FACTORIES[bmc.scheme](bmc, credentials, memoryOf(key), shared);
      return guards.guard(key, driver, gap);
    },
    forgive(bmc) {
      memoryOf(keyOf(bmc)).refused = undefined;
    },
    async close() {
      await transport.close();
      await home.close();
    },
  };
}

/** By address, not by scheme: a BMC that is moved to the other transport is still the same BMC. */
function keyOf({ host, port }: BmcAddress): string {
  return `${host} ${port ?? ''}`;
}

function hasFactory(scheme: string): scheme is Scheme {
  return Object.hasOwn(FACTORIES, scheme);
}
