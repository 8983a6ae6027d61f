/** Sites whose dnsmasq is on, and what it is to be run with. */

import { spawnSync } from 'node:child_process';
import type { DnsmasqService, Network, Site } from '../../src/model/desired.ts';
import { dnsmasqFiles } from '../../src/render/dnsmasq/files.ts';
import { aNode, aSite, NO_DNSMASQ, type NodeBuilder } from './node.ts';

export const PLACE = { directory: '/run/bw', tftpRoot: '/run/bw/tftp', bootUrl: 'http://10.77.0.1:8480' };

export function aNetwork(name: string, cidr: string, change: Partial<Network> = {}): Network {
  return { name, cidr, role: 'install', dhcp: true, ...change };
}

/** `n1` of network mgmt: its MAC and address end in this number. */
export function aMgmtNode(
  name: string,
  last: number,
  address: string | null = `10.77.0.${last}`,
): NodeBuilder {
  const mac = `52:54:00:77:00:${last.toString(16).padStart(2, '0')}`;
  return aNode(name).with({
    interfaces: [{ name: 'eno1', mac, network: 'mgmt', address, boot: true }],
    bootMac: mac,
    bootAddress: address,
  });
}

export interface DhcpSiteChange {
  nodes?: NodeBuilder[];
  networks?: Network[];
  dnsmasq?: Partial<DnsmasqService>;
  site?: Partial<Pick<Site, 'domain' | 'dns' | 'ntp'>>;
}

export function aDhcpSite({ nodes, networks, dnsmasq, site }: DhcpSiteChange = {}): Site {
  const nets = networks ?? [aNetwork('mgmt', '10.77.0.0/24', { gateway: '10.77.0.1' })];
  return aSite(nodes ?? [aMgmtNode('n1', 11)], {
    domain: 'karoo.example.org',
    dns: ['10.77.0.1'],
    ntp: ['10.77.0.1'],
    ...site,
    networks: new Map(nets.map((network) => [network.name, network])),
    services: { dnsmasq: { ...NO_DNSMASQ, mode: 'managed', interfaces: ['br0'], ...dnsmasq }, netboot: null },
  });
}

/** What dnsmasq itself says of the files, its hosts and option lines taken in too; `dnsmasq: syntax check OK.` when good. */
export function judgedByDnsmasq(site: Site): string {
  const files = dnsmasqFiles(site, PLACE);
  const lines = (name: string, option: string) => (files.get(name) ?? '').replace(/^(?=.)/gm, `${option}=`);
  const input = `${files.get('dnsmasq.conf')}${lines('hosts', 'dhcp-host')}${lines('opts', 'dhcp-option')}`;
  const { stderr } = spawnSync('/usr/sbin/dnsmasq', ['--test', '--conf-file=-'], { input, encoding: 'utf8' });
  return stderr.trim();
}
