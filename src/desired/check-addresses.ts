/** What must be one node's alone: MAC addresses, IP addresses, BMCs; and that addresses fit their networks. */

import { type Address, type Cidr, contains, parseAddress, reservedAs } from './address.ts';
import type { Gathered, Placed } from './gather.ts';
import { factsOf } from './node-facts.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml-positions.ts';

/** The interface's index, or null for the BMC. */
interface Owner {
  node: Placed<'Node'>;
  index: number | null;
  list: 'interfaces' | 'bonds' | 'vlans';
}

export function checkAddresses(gathered: Gathered, cidrs: ReadonlyMap<string, Cidr>, report: Report): void {
  const macs = createClaims('mac', 'the MAC address', report);
  const addresses = createClaims('address', 'the IP address', report);
  const bmcs = createClaims('url', 'the BMC at', report);
  const gateways = gatewaysOf(gathered);

  for (const node of gathered.sound.Node.values()) {
    const facts = factsOf(node);
    for (const [index, { mac, network }] of facts.interfaces.entries()) {
      macs(mac.toLowerCase().replaceAll('-', ':'), node, index);
      const address = facts.addresses[index];
      if (!address) continue;
      addresses(address.text, node, index);
      const cidr = cidrs.get(network);
      const wrong = cidr && misfit(cidr, address, network, gateways);
      if (!wrong) continue;
      const message = `address ${address.text} is ${wrong}`;
      const hint = `Write a free address of ${cidr.text}.`;
      report.at(node, ['spec', 'interfaces', index, 'address'], { code: 'address', message, hint });
    }
    for (const kind of ['bonds', 'vlans'] as const) {
      for (const [index, { address, network }] of facts[kind].entries()) {
        const parsed = address === null ? null : parseAddress(address);
        if (!parsed) continue;
        addresses(parsed.text, node, index, kind);
        const cidr = cidrs.get(network);
        const wrong = cidr && misfit(cidr, parsed, network, gateways);
        if (!wrong) continue;
        report.at(node, ['spec', kind, index, 'address'], {
          ...{ code: 'address', message: `address ${parsed.text} is ${wrong}` },
          hint: `Write a free address of ${cidr.text}.`,
        });
      }
    }
    if (facts.bmcKey !== '') bmcs(facts.bmcKey, node, null);
  }
}

/** A function that takes claims of one kind and reports every second one of the same key. */
function createClaims(field: string, what: string, report: Report) {
  const owners = new Map<string, Owner>();
  const pathOf = ({ index, list }: Pick<Owner, 'index' | 'list'>): Path =>
    index === null ? ['spec', 'bmc', field] : ['spec', list, index, field];
  return (
    key: string,
    node: Placed<'Node'>,
    index: number | null,
    list: Owner['list'] = 'interfaces',
  ): void => {
    const other = owners.get(key);
    if (!other) {
      owners.set(key, { node, index, list });
      return;
    }
    const whose = other.node === node ? 'this node' : `node ${JSON.stringify(other.node.name)}`;
    const message = `${what} ${key} already belongs to ${whose} at ${report.place(other.node, pathOf(other))}`;
    report.at(node, pathOf({ index, list }), {
      code: 'duplicate',
      message,
      hint: 'Correct one of the two places.',
    });
  };
}

function misfit(cidr: Cidr, address: Address, network: string, gateways: ReadonlySet<string>): string | null {
  const where = `network ${JSON.stringify(network)}`;
  if (!contains(cidr, address)) return `outside ${where} (${cidr.text})`;
  const reserved = reservedAs(cidr, address);
  if (reserved) return `the ${reserved} of ${where}`;
  return gateways.has(address.text) ? `the gateway of ${where}` : null;
}

function gatewaysOf(gathered: Gathered): Set<string> {
  const written = [...gathered.sound.Network.values()].map(({ spec }) => spec.gateway ?? '');
  return new Set(written.flatMap((text) => parseAddress(text)?.text ?? []));
}
