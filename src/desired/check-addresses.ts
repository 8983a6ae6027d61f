/** What must be one node's alone: MAC addresses, IP addresses, BMCs; and that addresses fit their networks. */

import { type Cidr, contains, parseAddress, reservedAs } from './address.ts';
import { bmcIdentity, parseBmcUrl } from './bmc-url.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml-positions.ts';

interface Owner {
  node: Placed<'Node'>;
  path: Path;
}

export function checkAddresses(gathered: Gathered, cidrs: ReadonlyMap<string, Cidr>, report: Report): void {
  const macs = new Map<string, Owner>();
  const addresses = new Map<string, Owner>();
  const bmcs = new Map<string, Owner>();
  const gateways = gatewaysOf(gathered);

  for (const node of gathered.sound.Node.values()) {
    for (const [index, iface] of node.spec.interfaces.entries()) {
      const path = ['spec', 'interfaces', index];
      claim(
        macs,
        iface.mac.toLowerCase().replaceAll('-', ':'),
        { node, path: [...path, 'mac'] },
        'the MAC address',
      );
      const address = iface.address === undefined ? null : parseAddress(iface.address);
      if (!address) continue;
      const place = { node, path: [...path, 'address'] };
      claim(addresses, address.text, place, 'the IP address');
      const cidr = cidrs.get(iface.network);
      const wrong = cidr && misfit(cidr, address, gateways);
      if (wrong) {
        const message = `address ${iface.address} is ${wrong} of network ${JSON.stringify(iface.network)}`;
        const outside = `address ${iface.address} is outside network ${JSON.stringify(iface.network)} (${cidr.text})`;
        const hint = `Write a free address of ${cidr.text}.`;
        report.at(node, place.path, {
          code: 'address',
          message: wrong === 'outside' ? outside : message,
          hint,
        });
      }
    }
    const bmc = node.spec.bmc && parseBmcUrl(node.spec.bmc.url);
    if (bmc) claim(bmcs, bmcIdentity(bmc), { node, path: ['spec', 'bmc', 'url'] }, 'the BMC at');
  }

  function claim(owners: Map<string, Owner>, key: string, owner: Owner, what: string): void {
    const other = owners.get(key);
    if (!other) {
      owners.set(key, owner);
      return;
    }
    const whose = other.node === owner.node ? 'this node' : `node ${JSON.stringify(other.node.name)}`;
    const message = `${what} ${key} already belongs to ${whose} at ${report.place(other.node, other.path)}`;
    report.at(owner.node, owner.path, { code: 'duplicate', message, hint: 'Correct one of the two places.' });
  }
}

function misfit(
  cidr: Cidr,
  address: ReturnType<typeof parseAddress>,
  gateways: ReadonlySet<string>,
): string | null {
  if (!address) return null;
  if (!contains(cidr, address)) return 'outside';
  const reserved = reservedAs(cidr, address);
  if (reserved) return `the ${reserved}`;
  return gateways.has(address.text) ? 'the gateway' : null;
}

function gatewaysOf(gathered: Gathered): Set<string> {
  const written = [...gathered.sound.Network.values()].map(({ spec }) => spec.gateway ?? '');
  return new Set(written.flatMap((text) => parseAddress(text)?.text ?? []));
}
