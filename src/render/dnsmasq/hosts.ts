/** The reservations (`dhcp-hostsfile`) and the DNS names (`addn-hosts`) of the inventory. */

import type { DesiredNode, Interface, Site } from '../../model/desired.ts';
import { RenderError } from '../text.ts';
import { holds, type Subnet } from './subnet.ts';
import { address, domainName, hostName, macAddress } from './values.ts';

/**
 * One line for each interface on a network with DHCP: `MAC,address,name,lease`. Never `set:`, which makes dnsmasq up to 2.90
 * crash at the next SIGHUP. Only the boot interface carries the name: a name is one lease's.
 */
export function hostLines(site: Site, subnets: readonly Subnet[]): string[] {
  const byName = new Map(subnets.map((subnet) => [subnet.network.name, subnet]));
  return [...site.nodes.values()].flatMap((node) => nodeHostLines(node, byName));
}

/** The lines of one node, for who wants to know whether it is served. */
export function nodeHostLines(
  node: Pick<DesiredNode, 'name' | 'interfaces'>,
  subnets: ReadonlyMap<string, Subnet>,
): string[] {
  return node.interfaces.flatMap((iface) => {
    const subnet = subnets.get(iface.network);
    return subnet ? [hostLine(node.name, iface, subnet)] : [];
  });
}

function hostLine(node: string, iface: Interface, subnet: Subnet): string {
  const where = `node ${node}, interface ${iface.name}`;
  if (iface.address !== null && !holds(subnet, iface.address)) {
    throw new RenderError(where, `${JSON.stringify(iface.address)} is not in ${subnet.network.cidr}`);
  }
  return [
    macAddress(where, iface.mac),
    ...(iface.address === null ? [] : [address(where, iface.address)]),
    ...(iface.boot ? [hostName(`node ${node}`, node)] : []),
    subnet.lease,
  ].join(',');
}

/** A host has no DNS name until it has a lease: so each stands here too. The lines of hosts(5). */
export function nameLines(site: Site): string[] {
  return [...site.nodes.values()].flatMap(({ name, bootAddress }) => {
    if (bootAddress === null) return [];
    const short = hostName(`node ${name}`, name);
    const full = site.domain === '' ? [] : [`${short}.${domainName('domain', site.domain)}`];
    const plain = address(`node ${name}`, bootAddress).replace(/[[\]]/g, '');
    return [[plain, ...full, short].join(' ')];
  });
}
