/** What a mode of dnsmasq needs, and what DHCP can carry. */

import type { DnsmasqSpec } from '../model/site.ts';
import { parseCidr } from './address.ts';
import { parseDuration } from './duration.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Report } from './report.ts';

/** dnsmasq takes no shorter one (dnsmasq(8), --dhcp-range). */
const SHORTEST_LEASE = 120_000;

export function checkServices(gathered: Gathered, report: Report): void {
  for (const site of gathered.sound.Site.values()) checkDnsmasq(site, site.spec.services?.dnsmasq, report);
  for (const site of gathered.sound.Site.values()) checkNetboot(site, report);
  const on = [...gathered.sound.Site.values()].some(({ spec }) => isOn(spec.services?.dnsmasq));
  for (const network of gathered.sound.Network.values()) {
    checkLeaseTime(network, report);
    if (on) checkPrefix(network, report);
  }
}

function checkNetboot(site: Placed<'Site'>, report: Report): void {
  const { netboot } = site.spec.services ?? {};
  if (netboot?.mode !== 'nginx') return;
  for (const field of ['listen', 'directory', 'configuration'] as const) {
    if (netboot[field] !== undefined) continue;
    const message = `mode nginx has no ${field}`;
    const hint = 'Write `listen`, `directory` and `configuration`: docs/site-format.md, services.netboot.';
    report.at(site, ['spec', 'services', 'netboot'], { code: 'schema', message, hint });
  }
}

function isOn(dnsmasq: DnsmasqSpec | undefined): boolean {
  return dnsmasq?.mode !== undefined && dnsmasq.mode !== 'off';
}

/** Routers are advertised for a /64 and nothing else (RFC 4862 §5.5.3), and DHCPv6 is asked for by their word. */
function checkPrefix(network: Placed<'Network'>, report: Report): void {
  const { cidr: written, role, dhcp = role === 'install' } = network.spec;
  const cidr = parseCidr(written);
  if (!dhcp || cidr?.family !== 6 || cidr.prefix === 64) return;
  const message = `cidr ${written} is no /64, as DHCP for IPv6 needs`;
  const hint = 'Write a /64, or `dhcp: false`.';
  report.at(network, ['spec', 'cidr'], { code: 'address', message, hint });
}

function checkDnsmasq(site: Placed<'Site'>, dnsmasq: DnsmasqSpec | undefined, report: Report): void {
  if (!dnsmasq) return;
  const path = ['spec', 'services', 'dnsmasq'];
  const { mode = 'off', interfaces = [], directory, ipxe } = dnsmasq;
  if (mode === 'managed' && interfaces.length === 0) {
    const hint = 'Name the interfaces of this machine on the install networks: `interfaces: [eno2]`.';
    const message = 'a managed dnsmasq must not answer on every interface';
    report.at(site, path, { code: 'schema', message, hint });
  }
  if (mode === 'files' && directory === undefined) {
    const hint = "Write the directory that the site's own dnsmasq reads: `directory: /srv/dnsmasq`.";
    report.at(site, path, { code: 'schema', message: 'mode files has no directory', hint });
  }
  const advertised = ipxe?.advertise === undefined ? null : parseCidr(ipxe.advertise);
  if (advertised && (advertised.family !== 6 || advertised.prefix !== 64)) {
    const message = `advertise ${ipxe?.advertise} is not an IPv6 /64`;
    const hint = 'Write a /64 that the interfaces have an address in, like `fd77::/64`.';
    report.at(site, [...path, 'ipxe', 'advertise'], { code: 'address', message, hint });
  }
}

function checkLeaseTime(network: Placed<'Network'>, report: Report): void {
  const written = network.spec.leaseTime;
  const time = written === undefined ? null : parseDuration(written);
  if (time === null || time >= SHORTEST_LEASE) return;
  const message = `leaseTime ${written} is under 2 minutes, the shortest that dnsmasq gives`;
  report.at(network, ['spec', 'leaseTime'], { code: 'schema', message, hint: 'Write `2m` or more.' });
}
