import { BOOT_FLAGS, type BootFlags, encodeBootFlags } from '../../src/ipmi/commands/boot-options.ts';
import { type BootStore, createBootStore } from '../../src/lab/bmc/boot-store.ts';
import { createFaults, type Fault } from '../../src/lab/faults.ts';
import type { Disk } from '../../src/lab/hardware.ts';
import { createMachine, type Machine, type MachineOptions } from '../../src/lab/machine.ts';
import { createRandom } from '../../src/lab/random.ts';
import {
  answersArchive,
  BOOT_URL,
  createTestServer,
  INSTALLER,
  REPORT_KEY,
  type TestServer,
} from './boot-server.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;

export function aDisk(installId = 'old'): Disk {
  return {
    record: {
      installId,
      profile: 'base',
      generation: 1,
      installDigest: 'sha256:install',
      commit: '0123456789',
    },
    reportUrl: `${BOOT_URL}/report`,
    reportKey: REPORT_KEY,
    configDigest: 'sha256:config',
    stacks: ['base'],
    machineId: 'm-1',
  };
}

export interface Setup {
  machine: Machine;
  server: TestServer;
  clock: VirtualClock;
  /** The boot options of its BMC. */
  boot: BootStore;
}

interface Wish extends Partial<Pick<MachineOptions, 'disk' | 'pxeFirst' | 'firmware' | 'times' | 'address'>> {
  faults?: Fault[];
  seed?: string;
  answers?: TestServer['answers'];
}

/** A machine that is off, on a virtual clock, before a boot server of its own. */
export function aMachine(wish: Wish = {}): Setup {
  const { faults = [], seed = '1', answers = {}, ...options } = wish;
  const clock = createVirtualClock();
  const server = createTestServer(answers);
  const boot = createBootStore(clock.elapsed);
  const machine = createMachine({
    name: 'n1',
    mac: '52:54:00:00:00:01',
    disk: null,
    ...options,
    clock,
    random: createRandom(seed),
    faults: createFaults(faults, clock, seed),
    http: server.http,
    takeBootFlags: boot.take,
    bootUrl: () => `${BOOT_URL}/`,
  });
  return { machine, server, clock, boot };
}

/** Network boot hands out the installer for `new` until it has been completed. */
export function armed(): TestServer['answers'] {
  return { '/boot/52-54-00-00-00-01': INSTALLER, '/i/answers-token/answers.cpio': answersArchive('new') };
}

/** Sets the next boot to the network, as a BMC does. */
export function nextBoot({ boot }: Setup, flags: Partial<BootFlags> = {}): void {
  const wanted = { valid: true, persistent: false, efi: true, device: 'pxe', ...flags } as const;
  boot.set(BOOT_FLAGS, encodeBootFlags(wanted));
}
