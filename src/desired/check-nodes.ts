/** Each node by itself: what it names, its interfaces, its power. */

import { checkLinks } from './check-links.ts';
import type { References } from './check-references.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Effective } from './inherit.ts';
import type { Report } from './report.ts';

export function checkNode(
  node: Placed<'Node'>,
  effective: Effective,
  gathered: Gathered,
  references: References,
  report: Report,
): void {
  references.document(node, ['spec', 'pool'], 'Pool', node.spec.pool);
  checkProfile(node, effective, gathered, references, report);
  checkInterfaces(node, gathered, references, report);
  checkBootLoader(node, effective, gathered, report);
}

function checkProfile(
  node: Placed<'Node'>,
  effective: Effective,
  gathered: Gathered,
  references: References,
  report: Report,
): void {
  const own = node.spec.install?.profile;
  if (own !== undefined) {
    references.document(node, ['spec', 'install', 'profile'], 'Profile', own);
    return;
  }
  // A pool or site that cannot be used may name one.
  const known = gathered.sound.Pool.has(node.spec.pool) && gathered.sound.Site.size > 0;
  if (effective.profile !== null || !known) return;
  const message = `node ${JSON.stringify(node.name)} has no profile: neither it, nor its pool, nor the site names one`;
  const hint = 'Add `install: { profile: … }` to the node, or to the defaults of its pool or of the site.';
  report.at(node, ['metadata', 'name'], { code: 'dangling', message, hint });
}

function checkInterfaces(
  node: Placed<'Node'>,
  gathered: Gathered,
  references: References,
  report: Report,
): void {
  const names = new Map<string, number>();
  const boot: number[] = [];
  for (const [index, iface] of node.spec.interfaces.entries()) {
    const path = ['spec', 'interfaces', index];
    references.document(node, [...path, 'network'], 'Network', iface.network);
    if (iface.boot === true) boot.push(index);
    const other = names.get(iface.name);
    if (other === undefined) names.set(iface.name, index);
    else {
      const message = `interface ${JSON.stringify(iface.name)} is written twice; the other one is at ${report.place(node, ['spec', 'interfaces', other, 'name'])}`;
      report.at(node, [...path, 'name'], {
        code: 'duplicate',
        message,
        hint: 'Rename or delete one of the two.',
      });
    }
  }
  checkBoot(node, boot, gathered, report);
  checkLinks(node, gathered, references, report);
}

function checkBoot(node: Placed<'Node'>, boot: number[], gathered: Gathered, report: Report): void {
  const [first, ...more] = boot;
  if (first === undefined) {
    const message = `node ${JSON.stringify(node.name)} has no boot interface`;
    const hint = 'Write `boot: true` at the interface that the firmware boots from.';
    report.at(node, ['spec', 'interfaces'], { code: 'boot-interface', part: 'key', message, hint });
    return;
  }
  for (const index of more) {
    const message = `node ${JSON.stringify(node.name)} has a second boot interface; the first is at ${report.place(node, ['spec', 'interfaces', first, 'boot'])}`;
    report.at(node, ['spec', 'interfaces', index, 'boot'], {
      code: 'boot-interface',
      message,
      hint: 'Keep `boot: true` at one of the two.',
    });
  }
  const iface = node.spec.interfaces[first];
  const network = iface && gathered.sound.Network.get(iface.network);
  if (!network || network.spec.role === 'install') return;
  const installs = [...gathered.sound.Network.values()]
    .filter(({ spec }) => spec.role === 'install')
    .map(({ name }) => name);
  const message = `the boot interface is on network ${JSON.stringify(network.name)}, whose role is \`${network.spec.role ?? 'data'}\``;
  const hint =
    installs.length > 0
      ? `Boot from a network of role \`install\`: ${installs.slice(0, 8).join(', ')}.`
      : 'Give the network `role: install`.';
  report.at(node, ['spec', 'interfaces', first, 'network'], { code: 'boot-interface', message, hint });
}

/** Secure Boot is a matter of UEFI, and GRUB is handed its files by TFTP over IPv4. */
function checkBootLoader(
  node: Placed<'Node'>,
  { bootLoader, firmware }: Effective,
  gathered: Gathered,
  report: Report,
): void {
  if (bootLoader !== 'grub') return;
  const own = node.spec.bootLoader === undefined ? ['metadata', 'name'] : ['spec', 'bootLoader'];
  if (firmware === 'bios') {
    const message = `node ${JSON.stringify(node.name)} boots GRUB from the network, which BIOS firmware cannot`;
    const hint = 'Write `bootLoader: ipxe`, or `firmware: uefi` where the machine has it.';
    report.at(node, own, { code: 'schema', message, hint });
  }
  const boot = node.spec.interfaces.find((iface) => iface.boot === true);
  const network = boot && gathered.sound.Network.get(boot.network);
  if (!network?.spec.cidr.includes(':')) return;
  const message = `node ${JSON.stringify(node.name)} boots GRUB from the network over IPv6, which is not supported`;
  report.at(node, own, { code: 'schema', message, hint: 'Boot it from an IPv4 network, or by iPXE.' });
}
