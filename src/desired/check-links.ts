/** Bonds and VLANs: what they are made of is there, and belongs to one of them only. */

import type { References } from './check-references.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Finding, Report } from './report.ts';
import type { Path } from './yaml-positions.ts';

export function checkLinks(
  node: Placed<'Node'>,
  gathered: Gathered,
  references: References,
  report: Report,
): void {
  const { interfaces, bonds = [], vlans = [] } = node.spec;
  const say = (path: Path, code: Finding['code'], message: string, hint: string) =>
    report.at(node, path, { code, message, hint });
  const names = new Set(interfaces.map(({ name }) => name));
  const members = new Map<string, string>();

  for (const [index, { mac, type }] of interfaces.entries()) {
    if ((type === 'infiniband') === mac.length > 17) continue;
    const message = 'an InfiniBand address has 20 bytes, any other MAC address 6';
    say(
      ['spec', 'interfaces', index, 'mac'],
      'schema',
      message,
      'Write it as `ip link` shows it, or mend the `type`.',
    );
  }
  for (const [index, bond] of bonds.entries()) {
    const path = ['spec', 'bonds', index];
    references.document(node, [...path, 'network'], 'Network', bond.network);
    if (names.has(bond.name)) {
      const message = `${JSON.stringify(bond.name)} is the name of another interface of this node`;
      say([...path, 'name'], 'duplicate', message, 'Rename one of the two.');
    }
    for (const [at, member] of bond.members.entries())
      checkMember(bond.name, member, [...path, 'members', at]);
    names.add(bond.name);
  }
  for (const [index, { name, on, network }] of vlans.entries()) {
    const path = ['spec', 'vlans', index];
    references.document(node, [...path, 'network'], 'Network', network);
    if (names.has(name)) {
      const message = `${JSON.stringify(name)} is the name of another interface of this node`;
      say([...path, 'name'], 'duplicate', message, 'Rename one of the two.');
    }
    if (!names.has(on) || members.has(on)) {
      const message = `node ${JSON.stringify(node.name)} has no interface or bond ${JSON.stringify(on)} that can carry a VLAN`;
      say([...path, 'on'], 'dangling', message, 'Name an interface that is in no bond, or a bond.');
    }
    const carrier = gathered.sound.Network.get(network);
    if (carrier && carrier.spec.vlan === undefined) {
      const message = `network ${JSON.stringify(network)} has no \`vlan\``;
      say([...path, 'network'], 'address', message, 'Give the network its VLAN number.');
    }
    names.add(name);
  }

  function checkMember(bond: string, member: string, path: Path): void {
    const card = interfaces.find(({ name }) => name === member);
    const other = members.get(member);
    members.set(member, bond);
    if (!card) {
      const message = `node ${JSON.stringify(node.name)} has no interface ${JSON.stringify(member)}`;
      say(path, 'dangling', message, 'Name one of spec.interfaces.');
    } else if (other !== undefined) {
      say(path, 'duplicate', `${JSON.stringify(member)} is in two bonds`, 'Keep it in one of the two.');
    } else if (card.address !== undefined && card.boot !== true) {
      const message = `${JSON.stringify(member)} is in a bond and has an address of its own`;
      say(path, 'address', message, 'Give the address to the bond.');
    }
  }
}
