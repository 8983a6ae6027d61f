/** Networks: their addresses, and that they do not overlap. */

import { type Cidr, contains, parseAddress, parseCidr, reservedAs } from './address.ts';
import type { Placed } from './gather.ts';
import type { Report } from './report.ts';

/** Checks all networks and returns the ones whose CIDR can be worked with, by name. */
export function checkNetworks(
  networks: ReadonlyMap<string, Placed<'Network'>>,
  report: Report,
): Map<string, Cidr> {
  const cidrs = new Map<string, Cidr>();
  for (const network of networks.values()) {
    const cidr = parseCidr(network.spec.cidr);
    if (!cidr) continue;
    cidrs.set(network.name, cidr);
    if (cidr.address.value !== cidr.first) {
      const message = `cidr ${network.spec.cidr} has bits set behind its prefix`;
      report.at(network, ['spec', 'cidr'], { code: 'address', message, hint: `Write \`${cidr.text}\`.` });
    }
    checkGateway(network, cidr, report);
  }
  checkOverlap(networks, cidrs, report);
  return cidrs;
}

function checkGateway(network: Placed<'Network'>, cidr: Cidr, report: Report): void {
  const written = network.spec.gateway;
  const gateway = written === undefined ? null : parseAddress(written);
  if (!gateway) return;
  const reserved = reservedAs(cidr, gateway);
  const message = !contains(cidr, gateway)
    ? `gateway ${written} is outside the network ${cidr.text}`
    : reserved
      ? `gateway ${written} is the ${reserved} of ${cidr.text}`
      : null;
  if (message)
    report.at(network, ['spec', 'gateway'], {
      code: 'address',
      message,
      hint: 'Write an address of a router in the network.',
    });
}

/** In order of their first address, a network can only overlap the widest one before it. */
function checkOverlap(
  networks: ReadonlyMap<string, Placed<'Network'>>,
  cidrs: ReadonlyMap<string, Cidr>,
  report: Report,
): void {
  const order = [...cidrs].sort(
    ([, a], [, b]) => a.family - b.family || Number(a.first > b.first) - Number(a.first < b.first),
  );
  let widest: [string, Cidr] | null = null;
  for (const [name, cidr] of order) {
    const network = networks.get(name);
    if (network && widest && widest[1].family === cidr.family && cidr.first <= widest[1].last) {
      const message = `cidr ${cidr.text} overlaps network ${JSON.stringify(widest[0])} (${widest[1].text})`;
      const hint = 'Give each network its own addresses, unless the two are never joined.';
      report.at(network, ['spec', 'cidr'], { code: 'address', severity: 'warning', message, hint });
    }
    if (!widest || widest[1].family !== cidr.family || cidr.last > widest[1].last) widest = [name, cidr];
  }
}
