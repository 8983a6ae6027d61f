/** What each network's machines are told (`dhcp-optsfile`): read anew at SIGHUP, without a restart. */

import type { Site } from '../../model/desired.ts';
import type { Subnet } from './subnet.ts';
import { address, domainName, isIpv4, isIpv6 } from './values.ts';

export function optionLines(site: Site, subnets: readonly Subnet[]): string[] {
  return subnets.flatMap((subnet) => (subnet.family === 4 ? options4(site, subnet) : options6(site, subnet)));
}

function options4(site: Site, { tag, network }: Subnet): string[] {
  const say = (option: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`tag:${tag},option:${option},${values.join(',')}`];
  const { gateway, mtu } = network;
  return [
    // Without a value nothing is sent; without the line dnsmasq would name itself as the router.
    gateway === undefined ? `tag:${tag},option:router` : `tag:${tag},option:router,${address(tag, gateway)}`,
    ...say('dns-server', (network.dns ?? site.dns).filter(isIpv4)),
    // RFC 2132 §8.3 takes addresses only; servers with a name reach the machine through its answer file.
    ...say('ntp-server', (network.ntp ?? site.ntp).filter(isIpv4)),
    ...say('domain-name', domainOf(site, { network })),
    ...say('mtu', mtu === undefined ? [] : [String(Math.trunc(mtu))]),
  ];
}

/** The router of IPv6 is told by its own advertisements, never by DHCP. */
function options6(site: Site, { tag, network }: Subnet): string[] {
  const say = (option: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`tag:${tag},option6:${option},${values.join(',')}`];
  const bracketed = (values: readonly string[]) => values.filter(isIpv6).map((value) => address(tag, value));
  return [
    ...say('dns-server', bracketed(network.dns ?? site.dns)),
    ...say('ntp-server', bracketed(network.ntp ?? site.ntp)),
    ...say('domain-search', domainOf(site, { network })),
  ];
}

function domainOf(site: Site, { network }: Pick<Subnet, 'network'>): string[] {
  const domain = network.domain ?? site.domain;
  return domain === '' ? [] : [domainName(`network ${network.name}`, domain)];
}
