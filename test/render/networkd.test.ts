import { expect, it } from 'vitest';
import type { DesiredNode, Network } from '../../src/model/desired.ts';
import { networkdFiles } from '../../src/render/networkd.ts';
import { aNode, aSite } from '../builders/node.ts';

const NETWORKS: readonly Network[] = [
  { name: 'mgmt', cidr: '10.77.0.0/24', gateway: '10.77.0.1', role: 'install' },
  { name: 'data', cidr: '10.78.0.0/24', mtu: 9_000 },
  { name: 'backup', cidr: '10.90.0.0/24', gateway: '10.90.0.1', vlan: 90 },
  { name: 'six', cidr: 'fd77:79::/64', gateway: 'fd77:79::1' },
  { name: 'fabric', cidr: '10.99.0.0/24' },
];

function text(change: Partial<DesiredNode>): string {
  const node = aNode('n1').with(change).build();
  const networks = new Map(NETWORKS.map((network) => [network.name, network]));
  const files = networkdFiles(aSite([node], { networks, dns: ['10.77.0.1'] }), node);
  return [...files].map(([path, content]) => `── ${path}\n${content}`).join('');
}

const CARD = { name: 'eno1', mac: '52:54:00:00:00:01', network: 'mgmt', boot: true };

it('one card with a static address', () => {
  expect(text({ interfaces: [{ ...CARD, address: '10.77.0.11' }] })).toBe(`── etc/systemd/network/10-eno1.link
[Match]
PermanentMACAddress=52:54:00:00:00:01

[Link]
Name=eno1
── etc/systemd/network/20-eno1.network
[Match]
Name=eno1

[Network]
Address=10.77.0.11/24
DNS=10.77.0.1
IPv6AcceptRA=no
Domains=example.org

[Route]
Gateway=10.77.0.1
`);
});

it('DHCP where the inventory has no address', () => {
  expect(text({ interfaces: [{ ...CARD, address: null }] })).toContain(
    '[Network]\nDHCP=ipv4\nDomains=example.org\n',
  );
});

it('a bond of two cards that carries a VLAN, and one default route', () => {
  const card = (name: string, last: string) => ({
    ...{ name, mac: `52:54:00:00:00:${last}`, network: 'data', address: null, boot: false },
  });
  const all = text({
    interfaces: [{ ...CARD, address: '10.77.0.11' }, card('ens1f0', '02'), card('ens1f1', '03')],
    bonds: [
      {
        name: 'bond0',
        members: ['ens1f0', 'ens1f1'],
        mode: '802.3ad',
        network: 'data',
        address: '10.78.0.11',
      },
    ],
    vlans: [{ name: 'vlan90', on: 'bond0', network: 'backup', address: '10.90.0.11' }],
  });
  expect(
    all.slice(all.indexOf('── etc/systemd/network/20-ens1f1.network')),
  ).toBe(`── etc/systemd/network/20-ens1f1.network
[Match]
Name=ens1f1

[Link]
MTUBytes=9000

[Network]
Bond=bond0
── etc/systemd/network/15-bond0.netdev
[NetDev]
Name=bond0
Kind=bond

[Bond]
Mode=802.3ad
MIIMonitorSec=100ms
LACPTransmitRate=fast
TransmitHashPolicy=layer3+4
── etc/systemd/network/20-bond0.network
[Match]
Name=bond0

[Link]
MTUBytes=9000

[Network]
Address=10.78.0.11/24
DNS=10.77.0.1
IPv6AcceptRA=no
Domains=example.org
VLAN=vlan90
── etc/systemd/network/15-vlan90.netdev
[NetDev]
Name=vlan90
Kind=vlan

[VLAN]
Id=90
── etc/systemd/network/20-vlan90.network
[Match]
Name=vlan90

[Network]
Address=10.90.0.11/24
DNS=10.77.0.1
IPv6AcceptRA=no
Domains=example.org
`);
  expect(all.match(/Gateway=/g)).toHaveLength(1);
});

it('InfiniBand by all of its address, and IPv6 with a route of its own', () => {
  const mac = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(2, '0')).join(':');
  const all = text({
    interfaces: [
      { ...CARD, address: '10.77.0.11' },
      { ...CARD, name: 'ens2', network: 'six', address: 'fd77:79::11', boot: false },
      {
        name: 'ib0',
        mac,
        network: 'fabric',
        address: '10.99.0.11',
        boot: false,
        type: 'infiniband',
        mtu: 4_092,
      },
    ],
  });
  expect(all).toContain(`[Match]\nMACAddress=${mac}\n\n[Link]\nName=ib0\n`);
  expect(all).toContain('[Match]\nName=ib0\n\n[Link]\nMTUBytes=4092\n');
  expect(all).toContain('[Network]\nAddress=fd77:79::11/64\n');
  expect(all.match(/Gateway=.*/g)).toEqual(['Gateway=10.77.0.1', 'Gateway=fd77:79::1']);
});
