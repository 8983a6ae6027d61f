/** The networks that DHCP is answered on, as dnsmasq writes them. */

import type { Network, Site } from '../../model/desired.ts';
import { matching, RenderError } from '../text.ts';
import { isIpv4, isIpv6, leaseTime } from './values.ts';

const HOUR = 3_600_000;

export interface Subnet {
  network: Network;
  family: 4 | 6;
  /** Set by the range that a request falls into; of its own kind, so that no network's name is taken for `known` or `ipxe`. */
  tag: string;
  /** The network's address, without prefix. */
  first: string;
  prefix: number;
  lease: string;
}

/** In the order of the site's networks. */
export function subnetsOf(site: Site): Subnet[] {
  return [...site.networks.values()].filter(({ dhcp }) => dhcp === true).map(subnet);
}

function subnet(network: Network): Subnet {
  const where = `network ${network.name}`;
  const name = matching(/^[a-z0-9][a-z0-9-]{0,62}$/, where, network.name, 'a name');
  const [first = '', length = ''] = network.cidr.split('/');
  const family = isIpv4(first) ? 4 : 6;
  if (family === 6 && !isIpv6(first)) throw new RenderError(where, `not a network: ${network.cidr}`);
  const prefix = Number(matching(/^\d{1,3}$/, where, length, 'a prefix length'));
  if (prefix > (family === 4 ? 32 : 128)) throw new RenderError(where, `not a network: ${network.cidr}`);
  if (family === 6 && prefix !== 64) {
    throw new RenderError(where, `DHCP for IPv6 needs a /64, not ${network.cidr}`);
  }
  const lease = leaseTime(where, network.leaseTime ?? HOUR);
  return { network, family, tag: `net-${name}`, first, prefix, lease };
}

/** Whether an IPv4 address, in dotted decimals, lies in the subnet; IPv6 is left to the inventory's own checks. */
export function holds({ family, first, prefix }: Subnet, address: string): boolean {
  if (family === 6) return isIpv6(address);
  if (!isIpv4(address)) return false;
  const size = 2 ** (32 - prefix);
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(first) / size);
}

export function netmask(prefix: number): string {
  return toText(2 ** 32 - 2 ** (32 - prefix));
}

/**
 * The longest run of addresses without one that is spoken for: what a machine without a reserved address is given is taken
 * from it. dnsmasq itself leaves out the reservations of other machines. Null when nothing is left.
 */
export function freeRange(
  { family, first, prefix }: Subnet,
  taken: readonly string[],
): [string, string] | null {
  if (family === 6) {
    const head = first.replace(/::$/, '');
    return [`${head}::1:0`, `${head}::1:ffff`];
  }
  const start = toNumber(first);
  const end = start + 2 ** (32 - prefix) - 1;
  const walls = [start, ...taken.filter(isIpv4).map(toNumber), end]
    .filter((wall) => wall >= start && wall <= end)
    .sort((a, b) => a - b);
  let best: [number, number] | null = null;
  for (const [index, wall] of walls.entries()) {
    const gap: [number, number] = [wall + 1, (walls[index + 1] ?? wall) - 1];
    if (gap[1] >= gap[0] && (!best || gap[1] - gap[0] > best[1] - best[0])) best = gap;
  }
  return best && [toText(best[0]), toText(best[1])];
}

function toNumber(address: string): number {
  return address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
