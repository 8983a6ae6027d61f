/** `barewright lab up --kind qemu`: a virtual rack until it is told to end; and `lab down` after one that could not. */

import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { execa } from 'execa';
import type { Firmware, ProfileSpec } from '../../model/site.ts';
import { LAB_PASSWORD_ENV } from '../inventory.ts';
import { DEFAULT_CREDENTIALS, type LabOutput } from '../lab-command.ts';
import { RackError } from '../rack.ts';
import { LAB_BMC_PORT } from '../specs.ts';
import { writeInventory } from '../write-inventory.ts';
import { virtualInventory, virtualMachines } from './inventory.ts';
import { probeAccelerator } from './kvm-probe.ts';
import { type Accelerator, UEFI_CODE } from './machine-arguments.ts';
import { GATEWAY, inNamespace } from './network.ts';
import { readRecords, takeDown } from './rack-record.ts';
import { startVirtualRack } from './virtual-rack.ts';

export interface VirtualLabOptions {
  nodes: number;
  firmware: Firmware;
  memoryMb: number;
  diskGb: number;
  /** `auto` asks whether KVM runs a guest here. */
  accelerator: Accelerator | 'auto';
  /** Directory to write the matching inventory to; files of the same names are replaced. */
  inventory?: string;
  /** What the inventory installs. */
  profile: ProfileSpec;
}

const ACCELERATOR: Record<Accelerator, string> = { kvm: 'with KVM', tcg: 'emulated' };

/** Resolves when the signal has come and all is removed. Rejects with RackError, NamespaceError or RangeError. */
export async function runVirtualLab(
  options: VirtualLabOptions,
  { stdout, signal }: LabOutput,
): Promise<void> {
  const { nodes, firmware, memoryMb, diskGb, inventory } = options;
  const say = (line: string) => stdout.write(`${line}\n`);
  const machines = virtualMachines({ count: nodes, firmware, memoryMb, diskGb });
  await expectPrograms(firmware);
  if (inventory !== undefined) {
    await writeInventory(inventory, virtualInventory(machines, options.profile));
    say(`Inventory of ${nodes} nodes written to ${inventory}`);
  }
  const accelerator = options.accelerator === 'auto' ? await probeAccelerator() : options.accelerator;
  if (signal.aborted) return;
  const rack = await startVirtualRack({
    machines,
    accelerator,
    credentials: DEFAULT_CREDENTIALS,
    onChange(name, { power, boots, bootedFrom, failure }) {
      if (failure !== null) say(`${name}: off: ${failure}`);
      else say(power === 'off' ? `${name}: off` : `${name}: on, boot ${boots}, ${bootedFrom} first`);
    },
  });
  try {
    const { username, password } = DEFAULT_CREDENTIALS;
    const firmwareName = firmware === 'uefi' ? 'UEFI' : 'BIOS';
    const hosts = machines.map(({ bmc }) => bmc.host);
    const [program, args] = inNamespace(rack.namespace, ['barewright', 'run', '--repo', inventory ?? 'DIR']);
    say(`${nodes} ${firmwareName} machines of ${memoryMb} MB, ${ACCELERATOR[accelerator]}`);
    say(`Their network, ${GATEWAY}/24, is in the namespace ${rack.namespace}; so are their BMCs:`);
    say(`  ${hosts[0]} to ${hosts.at(-1)}, UDP port ${LAB_BMC_PORT}, cipher suites 3 and 17`);
    say(`User ${username}, password ${password}, expected in $${LAB_PASSWORD_ENV} by the inventory`);
    say('The daemon belongs there too (as root; the inventory committed to Git before):');
    say(`  ${LAB_PASSWORD_ENV}=${password} ${[program, ...args].join(' ')} --boot-listen ${GATEWAY}:8480`);
    say('barewright lab console n1 opens a serial console. Ctrl-C ends the lab.');
    const ended = signal.aborted ? Promise.resolve(null) : once(signal, 'abort').then(() => null);
    const failure = await Promise.race([ended, rack.failed]);
    if (failure) throw failure;
  } finally {
    await rack.close();
    say('Lab ended.');
  }
}

/** Before anything is made: what is missing, and how to get it. */
async function expectPrograms(firmware: Firmware): Promise<void> {
  const packages: string[] = [];
  await execa('qemu-system-x86_64', ['--version']).catch(() => packages.push('qemu-system-x86', 'ipxe-qemu'));
  if (firmware === 'uefi') await access(UEFI_CODE).catch(() => packages.push('ovmf'));
  if (packages.length === 0) return;
  throw new RackError(`a virtual rack needs more programs: apt-get install ${packages.join(' ')}`);
}

/**
 * Removes racks that are recorded and whose owner is gone; one that is up is ended by whoever started it, or here when
 * it is named. Returns the namespaces removed, and those that are up.
 */
export async function takeDownLabs(namespace?: string): Promise<{ removed: string[]; up: string[] }> {
  const records = await readRecords();
  if (namespace !== undefined && !records.some((record) => record.namespace === namespace)) {
    throw new RackError(`no virtual rack "${namespace}" is recorded`);
  }
  const asked = records.filter((record) => namespace === undefined || record.namespace === namespace);
  const up = asked.filter(({ owner }) => namespace === undefined && isAlive(owner));
  const left = asked.filter((record) => !up.includes(record));
  for (const record of left) await takeDown(record);
  const names = (list: typeof records) => list.map((record) => record.namespace);
  return { removed: names(left), up: names(up) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
