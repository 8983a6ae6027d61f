import { describe, expect, it } from 'vitest';
import type { Site } from '../../../src/model/desired.ts';
import { dnsmasqFiles } from '../../../src/render/dnsmasq/files.ts';
import { aDhcpSite, aMgmtNode, aNetwork, PLACE } from '../../builders/dnsmasq.ts';

describe('values that must not stand in a line', () => {
  const iface = {
    name: 'eno1',
    mac: '52:54:00:77:00:11',
    network: 'mgmt',
    address: '10.77.0.11',
    boot: true,
  };
  const of = (change: Partial<typeof iface>) =>
    aDhcpSite({ nodes: [aMgmtNode('n1', 11).with({ interfaces: [{ ...iface, ...change }] })] });

  it.each<[string, () => Site]>([
    ['a comma in a MAC', () => of({ mac: '52:54:00:77:00:11,set:x' })],
    ['a MAC with dashes', () => of({ mac: '52-54-00-77-00-11' })],
    ['a group MAC', () => of({ mac: '53:54:00:77:00:11' })],
    ['no MAC at all', () => of({ mac: '00:00:00:00:00:00' })],
    ['a line break behind a MAC', () => of({ mac: '52:54:00:77:00:11\n' })],
    ['an address that is none', () => of({ address: '10.77.0.999' })],
    ['an address of another network', () => of({ address: '10.78.0.11' })],
    ['an option behind an address', () => of({ address: '10.77.0.11,ignore' })],
    ['a name like a lease time', () => aDhcpSite({ nodes: [aMgmtNode('5m', 11)] })],
    ['a name that is a keyword', () => aDhcpSite({ nodes: [aMgmtNode('ignore', 11)] })],
    ['a name with a comma', () => aDhcpSite({ nodes: [aMgmtNode('n1,set:x', 11)] })],
    ['a domain with a line break', () => aDhcpSite({ site: { domain: 'a\ndhcp-script=/bin/sh' } })],
    ['an interface with a line break', () => aDhcpSite({ dnsmasq: { interfaces: ['br0\ndhcp-script=/x'] } })],
    ['a network name', () => aDhcpSite({ networks: [aNetwork('mgmt,known', '10.77.0.0/24')] })],
    ['a network that is none', () => aDhcpSite({ networks: [aNetwork('mgmt', '10.77.0.0/33')] })],
    ['an IPv6 network wider than a /64', () => aDhcpSite({ networks: [aNetwork('mgmt', 'fd77::/48')] })],
    [
      'a gateway',
      () => aDhcpSite({ networks: [aNetwork('mgmt', '10.77.0.0/24', { gateway: '1.2.3.4,5' })] }),
    ],
    [
      'a lease too short',
      () => aDhcpSite({ networks: [aNetwork('mgmt', '10.77.0.0/24', { leaseTime: 1000 })] }),
    ],
    [
      'an advertised prefix',
      () => aDhcpSite({ dnsmasq: { ipxe: { accelerate: true, advertise: 'x,y/64' } } }),
    ],
  ])('%s', (_, site) => {
    expect(() => dnsmasqFiles(site(), PLACE)).toThrow(expect.objectContaining({ name: 'RenderError' }));
  });

  it.each([
    { ...PLACE, directory: '/run/b w' },
    { ...PLACE, directory: 'run/bw' },
    { ...PLACE, tftpRoot: '/run/bw,br0' },
    { ...PLACE, bootUrl: 'http://10.77.0.1:8480/' },
    { ...PLACE, bootUrl: 'http://10.77.0.1,10.0.0.1' },
    { ...PLACE, bootUrl: 'ftp://10.77.0.1' },
  ])('a place: %o', (place) => {
    expect(() => dnsmasqFiles(aDhcpSite(), place)).toThrow(expect.objectContaining({ name: 'RenderError' }));
  });
});
