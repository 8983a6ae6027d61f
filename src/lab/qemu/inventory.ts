/** The machines of a generated virtual rack, and a site repository that matches them. */

import type { Firmware, ProfileSpec } from '../../model/site.ts';
import { document, LAB_PASSWORD_ENV } from '../inventory.ts';
import { LAB_BMC_PORT } from '../specs.ts';
import { BRIDGE, GATEWAY } from './network.ts';
import type { VirtualMachineSpec } from './rack-messages.ts';

export interface VirtualMachines {
  count: number;
  firmware: Firmware;
  memoryMb: number;
  diskGb: number;
}

/** What the bridge's one network has room for. */
const MOST = 200;

/** `n1`, `n2`, … Throws RangeError beyond 200. */
export function virtualMachines({
  count,
  firmware,
  memoryMb,
  diskGb,
}: VirtualMachines): VirtualMachineSpec[] {
  if (!(count >= 1 && count <= MOST))
    throw new RangeError(`a virtual rack has 1 to ${MOST} machines, not ${count}`);
  return Array.from({ length: count }, (_, index) => ({
    name: `n${index + 1}`,
    mac: `52:54:00:77:00:${(index + 1).toString(16).padStart(2, '0')}`,
    bmc: { host: `127.77.0.${index + 1}`, port: LAB_BMC_PORT },
    firmware,
    memoryMb,
    disk: { sizeGb: diskGb },
  }));
}

/** Address of machine `index`, from 0. */
function addressOf(index: number): string {
  return `10.77.0.${index + 11}`;
}

/** The files of a site with these machines: path in the repository → text. The daemon runs dnsmasq on the bridge. */
export function virtualInventory(
  machines: readonly VirtualMachineSpec[],
  profile: ProfileSpec,
  username = 'admin',
): Map<string, string> {
  const spec = {
    domain: 'lab.test',
    credentials: { lab: { username, password: { env: LAB_PASSWORD_ENV } } },
    defaults: { bmc: { credentials: 'lab' }, install: { profile: 'lab', generation: 1 } },
    services: {
      dnsmasq: { mode: 'managed' as const, interfaces: [BRIDGE], ipxe: { advertise: 'fd77::/64' } },
    },
  };
  const network = { cidr: '10.77.0.0/24', gateway: GATEWAY, dns: [GATEWAY], role: 'install' as const };
  const files = new Map([
    ['inventory/site.yaml', document('Site', { name: 'lab' }, spec)],
    ['inventory/networks.yaml', document('Network', { name: 'install' }, network)],
    ['inventory/pools.yaml', document('Pool', { name: 'lab' }, { description: 'virtual machines' })],
    ['profiles/lab.yaml', document('Profile', { name: 'lab' }, profile)],
  ]);
  for (const [index, { name, mac, bmc, firmware }] of machines.entries()) {
    const boot = { name: 'eth0', mac, network: 'install', address: addressOf(index), boot: true };
    const node = {
      ...{ pool: 'lab', firmware, bmc: { url: `ipmi://${bmc.host}:${bmc.port}` }, interfaces: [boot] },
    };
    files.set(`inventory/nodes/${name}.yaml`, document('Node', { name }, node));
  }
  return files;
}
