/** One sweep of a rack by our own client, and nothing else: what it cost is this process's own account. */

import { createDrivers } from '../../../src/drivers/registry.ts';
import { labMachines } from '../../../src/lab/specs.ts';
import { type PowerDriver, PowerError } from '../../../src/model/power.ts';
import { sweepOnce } from '../../../src/observe/sweep.ts';
import { input, tell } from './parent.ts';

export interface SweepInput {
  count: number;
  port: number;
  width: number;
  credentials: { username: string; password: string };
}

export interface SweepOutput {
  wallMs: number;
  cpuMs: number;
  peakMb: number;
  /** BMCs that answered with a power state. */
  read: number;
}

const { count, port, width, credentials } = input<SweepInput>();
const machines = labMachines(count);
const before = process.cpuUsage();
const start = performance.now();

const registry = createDrivers();
const drivers = new Map<string, PowerDriver>();
for (const { name, bmc } of machines) {
  const address = {
    url: `ipmi://${bmc}:${port}`,
    scheme: 'ipmi',
    host: bmc,
    port,
    credentials: 'lab',
  } as const;
  drivers.set(name, registry.driverFor(address, credentials));
}
let read = 0;
await sweepOnce(
  {
    nodes: () => drivers.keys(),
    async read(name) {
      try {
        await drivers.get(name)?.readPower();
        read += 1;
      } catch (error) {
        if (!(error instanceof PowerError)) throw error;
      }
    },
  },
  width,
);

const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(before);
const { maxRSS } = process.resourceUsage();
await tell({ wallMs, cpuMs: (user + system) / 1000, peakMb: maxRSS / 1024, read } satisfies SweepOutput);
await registry.close();
process.disconnect();
