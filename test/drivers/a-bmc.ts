/** A simulated BMC on a loopback port, with a machine that does at once what it is told. */

import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { CipherSuiteId } from '../../src/ipmi/cipher-suite.ts';
import type { BootFlags } from '../../src/ipmi/commands/boot-options.ts';
import type { ChassisOp } from '../../src/ipmi/commands/chassis.ts';
import { type Bmc, createBmc } from '../../src/lab/bmc/bmc.ts';
import type { BmcFault, BmcStage } from '../../src/lab/bmc/faults.ts';
import { listenBmc } from '../../src/lab/bmc/listen.ts';

export interface ABmc {
  host: string;
  port: number;
  bmc: Bmc;
  power: boolean;
  /** Chassis Control commands that reached the machine. */
  ops: ChassisOp[];
  /** How often each stage was come to. */
  seen: Record<BmcStage, number>;
  /** What happens at a stage from now on. */
  faults: Partial<Record<BmcStage, BmcFault | (() => BmcFault)>>;
  nextBoot(): BootFlags;
}

export async function aBmc(
  options: {
    suites?: readonly CipherSuiteId[];
    users?: { name: string; password: string; privilege?: number }[];
    sessions?: number;
  } = {},
): Promise<ABmc> {
  const { users = [{ name: 'admin', password: 'secret' }], ...rest } = options;
  const bmc = createBmc({
    ...rest,
    users,
    random: randomBytes,
    now: () => performance.now(),
    chassis: { powerOn: () => machine.power, control },
    faults(stage) {
      machine.seen[stage] += 1;
      const fault = machine.faults[stage] ?? 'ok';
      return typeof fault === 'function' ? fault() : fault;
    },
  });
  function control(op: ChassisOp): undefined {
    machine.ops.push(op);
    machine.power = op !== 'off' && op !== 'soft-off';
  }
  const listener = await listenBmc({ address: '127.0.0.1', port: 0, bmc });
  onTestFinished(() => listener.close());
  const machine: ABmc = {
    host: listener.address,
    port: listener.port,
    bmc,
    power: false,
    ops: [],
    seen: { receive: 0, reply: 0, open: 0, rakp1: 0, rakp3: 0, command: 0, control: 0, 'boot-flags': 0 },
    faults: {},
    nextBoot: () => bmc.bootFlags(),
  };
  return machine;
}
