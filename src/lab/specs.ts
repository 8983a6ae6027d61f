/** The machines of a rack: as a site declares them, or simply so many. */

import { RMCP_PORT } from '../ipmi/rmcp.ts';
import type { DesiredNode } from '../model/desired.ts';
import { isLoopback } from './loopback.ts';
import type { MachineSpec } from './rack.ts';
import { createRandom } from './random.ts';

export const LAB_BMC_PORT = 6230;
const LARGEST_LAB = 60_000;

export interface DiskOptions {
  /** `installed`: every machine carries what its node asks for, and is on. Default `blank`, and off. */
  disks?: 'blank' | 'installed';
  /** The commit that installed disks name; default forty zeros. */
  commit?: string;
  /** Stacks of a profile, in order; default none. */
  stacks?: (profile: string) => string[];
}

/**
 * A machine for each node whose BMC has a loopback address; other nodes are none of the lab's business.
 * A node whose reserved address is loopback speaks HTTP from it.
 */
export function rackFromSite(nodes: Iterable<DesiredNode>, options: DiskOptions = {}): MachineSpec[] {
  return [...nodes].flatMap((node) => {
    if (!node.bmc || !isLoopback(node.bmc.host)) return [];
    const installed = options.disks === 'installed';
    const spec: MachineSpec = {
      name: node.name,
      mac: node.bootMac,
      bmc: { host: node.bmc.host, port: node.bmc.port ?? RMCP_PORT },
      firmware: node.firmware,
      disk: installed ? installedDisk(node, options) : 'blank',
      power: installed ? 'on' : 'off',
    };
    const address = node.bootAddress;
    return [address !== null && isLoopback(address) ? { ...spec, address } : spec];
  });
}

type Wanted = Pick<DesiredNode, 'name' | 'profile' | 'generation' | 'installDigest' | 'configDigest'>;

function installedDisk(node: Wanted, { commit = '0'.repeat(40), stacks }: DiskOptions): MachineSpec['disk'] {
  const { profile, generation, installDigest, configDigest } = node;
  const installId = createRandom(`installed/${node.name}`).hex(32);
  const record = { installId, profile, generation, installDigest, commit };
  return { record, configDigest, stacks: stacks?.(profile) ?? [] };
}

/** Machine `index` (from 0) of a generated rack. Its three addresses and its name never depend on the rack's size. */
export interface LabMachine {
  /** `n1`, `n2`, … */
  name: string;
  rack: string;
  mac: string;
  /** 127.77.x.y */
  bmc: string;
  /** 127.78.x.y, which it speaks HTTP from. */
  address: string;
}

const PER_RACK = 40;
const PER_OCTET = 250;

/** Throws RangeError beyond 60,000 machines. */
export function labMachines(count: number): LabMachine[] {
  if (!Number.isSafeInteger(count) || count < 1 || count > LARGEST_LAB) {
    throw new RangeError(`a lab has 1 to ${LARGEST_LAB} machines, not ${count}`);
  }
  return Array.from({ length: count }, (_, index) => {
    const place = `${Math.floor(index / PER_OCTET)}.${(index % PER_OCTET) + 1}`;
    const number = (index + 1).toString(16).padStart(4, '0');
    return {
      name: `n${index + 1}`,
      rack: `r${Math.floor(index / PER_RACK) + 1}`,
      mac: `52:54:00:4c:${number.slice(0, 2)}:${number.slice(2)}`,
      bmc: `127.77.${place}`,
      address: `127.78.${place}`,
    };
  });
}

export interface LabSpecOptions {
  disks?: 'blank' | 'installed';
  /** Of every BMC; default 6230. */
  port?: number;
}

/** The machines of `inventoryFor(count)`. Installed disks carry profile `lab`, generation 1, and digests of zeros. */
export function labSpecs(count: number, { disks, port = LAB_BMC_PORT }: LabSpecOptions = {}): MachineSpec[] {
  const digest = '0'.repeat(64);
  const wanted = { profile: 'lab', generation: 1, installDigest: digest, configDigest: digest };
  const installed = disks === 'installed';
  return labMachines(count).map(({ name, mac, bmc, address }) => ({
    name,
    mac,
    address,
    bmc: { host: bmc, port },
    disk: installed ? installedDisk({ ...wanted, name }, {}) : 'blank',
    power: installed ? 'on' : 'off',
  }));
}
