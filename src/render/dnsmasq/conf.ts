/** dnsmasq.conf: what only a restart makes dnsmasq take in. */

import type { Site } from '../../model/desired.ts';
import { RenderError } from '../text.ts';
import { bootLines, needsOwnTftp } from './boot.ts';
import { freeRange, netmask, type Subnet } from './subnet.ts';
import { absolutePath, address, domainName, interfaceName } from './values.ts';

export interface ConfInput {
  site: Site;
  subnets: readonly Subnet[];
  /** Where the other files will lie. */
  directory: string;
  tftpRoot: string;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
  /** Lines of the hosts file. */
  hosts: number;
}

export function confLines({ site, subnets, directory, tftpRoot, bootUrl, hosts }: ConfInput): string[] {
  const place = absolutePath('directory', directory);
  return [
    '# barewright writes this file: what is changed here is lost.',
    '# Beside the answers to machines of the inventory nothing is said: no lease, no boot file.',
    ...listenLines(site),
    ...dnsLines(site, place),
    '',
    'dhcp-ignore=tag:!known',
    'dhcp-ignore-names',
    `dhcp-hostsfile=${place}/hosts`,
    `dhcp-optsfile=${place}/opts`,
    `dhcp-lease-max=${leaseMax(hosts)}`,
    ...(site.services.dnsmasq.proxy ? [] : ['dhcp-authoritative']),
    'log-dhcp',
    ...subnets.flatMap((subnet) => rangeLines(site, subnet, bootUrl)),
    ...advertisements(site, subnets),
    '',
    ...(needsOwnTftp(site) ? [] : ['enable-tftp', `tftp-root=${absolutePath('TFTP root', tftpRoot)}`]),
    ...bootLines(site, subnets, bootUrl),
  ];
}

/** `bind-dynamic`: an interface that comes up later is answered on too. Loopback is added by dnsmasq unless taken away. */
function listenLines({ services }: Site): string[] {
  return [
    'bind-dynamic',
    'except-interface=lo',
    ...services.dnsmasq.interfaces.map((name) => `interface=${interfaceName('interface', name)}`),
  ];
}

function dnsLines({ services, domain, networks }: Site, place: string): string[] {
  if (!services.dnsmasq.dns) return ['port=0'];
  const own = [...networks.values()].filter((network) => network.dhcp && network.domain !== undefined);
  return [
    'no-hosts',
    `addn-hosts=${place}/names`,
    'domain-needed',
    ...(domain === '' ? [] : [`domain=${domainName('domain', domain)}`]),
    ...own.map(({ name, domain = '', cidr }) => `domain=${domainName(`network ${name}`, domain)},${cidr}`),
  ];
}

/** Its own default is 1000. In steps, so that one machine more is no reason for a restart. */
function leaseMax(hosts: number): number {
  let most = 20_000;
  while (most < 2 * hosts) most *= 2;
  return most;
}

/** `static`: reserved addresses only. A dynamic range stands where a machine of the inventory has none reserved. */
function rangeLines(site: Site, subnet: Subnet, bootUrl: string): string[] {
  const { family, tag, first, prefix, lease, network } = subnet;
  if (site.services.dnsmasq.proxy) {
    return family === 4 ? [`dhcp-range=set:${tag},${first},proxy,${netmask(prefix)}`] : [];
  }
  const size = family === 4 ? netmask(prefix) : String(prefix);
  if (!hasUnreserved(site, network.name)) return [`dhcp-range=set:${tag},${first},static,${size},${lease}`];
  const range = freeRange(subnet, spokenFor(site, subnet, bootUrl));
  if (!range) throw new RenderError(`network ${network.name}`, 'no address is free for DHCP to give');
  return [`dhcp-range=set:${tag},${range.map((end) => plain(tag, end)).join(',')},${size},${lease}`];
}

function hasUnreserved(site: Site, network: string): boolean {
  return [...site.nodes.values()].some(({ interfaces }) =>
    interfaces.some((iface) => iface.network === network && iface.address === null),
  );
}

/** Addresses of routers and servers, this one's among them. */
function spokenFor(site: Site, { network }: Subnet, bootUrl: string): string[] {
  const own = /^https?:\/\/([\d.]+)/.exec(bootUrl)?.[1] ?? '';
  const { gateway = '', dns = site.dns, ntp = site.ntp } = network;
  return [own, gateway, ...dns, ...ntp];
}

function plain(where: string, value: string): string {
  return address(where, value).replace(/[[\]]/g, '');
}

/** Router advertisements with lifetime 0: this machine is nobody's default router. */
function advertisements({ services }: Site, subnets: readonly Subnet[]): string[] {
  const { proxy, interfaces, ipxe } = services.dnsmasq;
  const addressed = !proxy && subnets.some(({ family, network }) => family === 6 && !network.relayed);
  if (ipxe.advertise === null && !addressed) return [];
  const [prefix = ''] = (ipxe.advertise ?? '').split('/');
  return [
    'enable-ra',
    ...(ipxe.advertise === null ? [] : [`dhcp-range=${plain('advertise', prefix)},ra-only,64`]),
    ...interfaces.map((name) => `ra-param=${interfaceName('interface', name)},30,0`),
  ];
}
