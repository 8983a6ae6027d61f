/**
 * The network of an installed system as systemd-networkd and udev read it (systemd.network(5), systemd.netdev(5),
 * systemd.link(5)): cards by their MAC, so that a card in another slot keeps its name and its address.
 */

import type { DesiredNode, Interface, Network, Site } from '../model/desired.ts';
import { matching, plainWord, RenderError } from './text.ts';

const HOME = 'etc/systemd/network';
const NAME = /^[a-z][a-z0-9._-]{0,14}$/;
/** Of InfiniBand, all 20 bytes. */
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}(?:(:[0-9a-f]{2}){14})?$/;

/** What an interface, a bond and a VLAN have in common. */
interface Attached {
  name: string;
  network: string;
  address: string | null;
  mtu?: number;
}

/** Path from the root → text. Throws RenderError. */
export function networkdFiles(site: Site, node: DesiredNode): Map<string, string> {
  const files = new Map<string, string>();
  const put = (file: string, sections: readonly (readonly string[])[]) =>
    files.set(
      `${HOME}/${file}`,
      `${sections
        .filter((lines) => lines.length > 1)
        .map((lines) => lines.join('\n'))
        .join('\n\n')}\n`,
    );

  for (const card of node.interfaces) {
    const name = checkedName(card.name);
    const bond = node.bonds.find(({ members }) => members.includes(card.name));
    put(`10-${name}.link`, [
      ['[Match]', matchOf(card)],
      ['[Link]', `Name=${name}`],
    ]);
    put(`20-${name}.network`, [
      ['[Match]', `Name=${name}`],
      linkSection(site, bond ?? card),
      bond ? ['[Network]', `Bond=${checkedName(bond.name)}`] : networkSection(site, node, card),
      ...(bond ? [] : routes(site, node, card)),
    ]);
  }
  for (const bond of node.bonds) {
    const name = checkedName(bond.name);
    put(`15-${name}.netdev`, [
      ['[NetDev]', `Name=${name}`, 'Kind=bond'],
      ['[Bond]', `Mode=${plainWord('bond mode', bond.mode)}`, 'MIIMonitorSec=100ms', ...lacp(bond.mode)],
    ]);
    put(`20-${name}.network`, attached(site, node, bond));
  }
  for (const vlan of node.vlans) {
    const name = checkedName(vlan.name);
    put(`15-${name}.netdev`, [
      ['[NetDev]', `Name=${name}`, 'Kind=vlan'],
      ['[VLAN]', `Id=${tagOf(site, vlan.network)}`],
    ]);
    put(`20-${name}.network`, attached(site, node, vlan));
  }
  return files;
}

function attached(site: Site, node: DesiredNode, one: Attached): string[][] {
  return [
    ['[Match]', `Name=${checkedName(one.name)}`],
    linkSection(site, one),
    networkSection(site, node, one),
    ...routes(site, node, one),
  ];
}

/** Bonds give their cards a common MAC: the card's own is the permanent one. InfiniBand has none of that name. */
function matchOf({ mac, type }: Interface): string {
  const checked = matching(MAC, 'mac', mac, 'a MAC address');
  return type === 'infiniband' ? `MACAddress=${checked}` : `PermanentMACAddress=${checked}`;
}

function lacp(mode: string): string[] {
  return mode === '802.3ad' ? ['LACPTransmitRate=fast', 'TransmitHashPolicy=layer3+4'] : [];
}

function linkSection(site: Site, one: Attached): string[] {
  const mtu = one.mtu ?? networkOf(site, one.network).mtu;
  return mtu === undefined ? ['[Link]'] : ['[Link]', `MTUBytes=${mtu}`];
}

function networkSection(site: Site, node: DesiredNode, one: Attached): string[] {
  const { cidr, dns = site.dns } = networkOf(site, one.network);
  const vlans = node.vlans.filter(({ on }) => on === one.name).map(({ name }) => `VLAN=${checkedName(name)}`);
  const ipv6 = cidr.includes(':');
  const own =
    one.address === null
      ? [`DHCP=${ipv6 ? 'ipv6' : 'ipv4'}`]
      : [
          `Address=${plainWord('address', one.address)}/${prefixOf(cidr)}`,
          ...dns.map((server) => `DNS=${plainWord('dns', server)}`),
        ];
  const quiet = one.address !== null && !ipv6 ? ['IPv6AcceptRA=no'] : [];
  return [
    '[Network]',
    ...own,
    ...quiet,
    ...(site.domain ? [`Domains=${plainWord('domain', site.domain)}`] : []),
    ...vlans,
  ];
}

/** One default route a node and kind of address: that of the first interface whose network has a gateway. */
function routes(site: Site, node: DesiredNode, one: Attached): string[][] {
  const { gateway } = networkOf(site, one.network);
  if (gateway === undefined || one.address === null) return [];
  const all: Attached[] = [...node.interfaces, ...node.bonds, ...node.vlans];
  const first = all.find(({ network, address }) => {
    const other = networkOf(site, network).gateway;
    return address !== null && other !== undefined && other.includes(':') === gateway.includes(':');
  });
  return first?.name === one.name ? [['[Route]', `Gateway=${plainWord('gateway', gateway)}`]] : [];
}

function tagOf(site: Site, network: string): number {
  const { vlan } = networkOf(site, network);
  if (vlan === undefined) throw new RenderError('vlan', `network ${network} has no VLAN`);
  return vlan;
}

function networkOf(site: Site, name: string): Network {
  const found = site.networks.get(name);
  if (!found) throw new RenderError('network', `there is no network ${JSON.stringify(name)}`);
  return found;
}

function checkedName(name: string): string {
  return matching(NAME, 'interface', name, 'the name of an interface');
}

function prefixOf(cidr: string): string {
  return matching(/^[0-9]{1,3}$/, 'cidr', cidr.slice(cidr.indexOf('/') + 1), 'a prefix');
}
