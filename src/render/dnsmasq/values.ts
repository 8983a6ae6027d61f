/**
 * Values of a dnsmasq line. A comma would add a field and a line break an option, `dhcp-script` among them, which runs as
 * root; what `dnsmasq --test` lets through (addresses that are none, names like lease times) is refused here.
 */

import { matching, RenderError } from '../text.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^(?=.*:)[0-9a-f:.]{2,45}$/;
const NAME = /^(?!(?:infinite|ignore|localhost)$)(?!\d+[smhdw]?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

export function isIpv6(text: string): boolean {
  return IPV6.test(text);
}

/** A host name that dnsmasq takes for nothing else (a number, a lease time, a keyword). */
export function hostName(where: string, value: string): string {
  return matching(NAME, where, value, 'a host name');
}

export function domainName(where: string, value: string): string {
  return matching(DOMAIN, where, value, 'a domain name');
}

/** Lower case with colons, of one machine: dnsmasq reads dashes as something else, and a group has no lease. */
export function macAddress(where: string, value: string): string {
  matching(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/, where, value, 'a MAC address in lower case with colons');
  if (/^.[13579bdf]/.test(value) || /^[0:]+$/.test(value)) {
    throw new RenderError(where, `not the MAC address of one machine: ${JSON.stringify(value)}`);
  }
  return value;
}

/** An address as it stands in a line: IPv6 in brackets. */
export function address(where: string, value: string): string {
  if (isIpv4(value)) return value;
  return `[${matching(IPV6, where, value, 'an IP address')}]`;
}

export function interfaceName(where: string, value: string): string {
  return matching(/^[A-Za-z0-9][\w.-]{0,14}$/, where, value, 'the name of an interface');
}

export function absolutePath(where: string, value: string): string {
  return matching(/^(?:\/[\w.@+-]+)+$/, where, value, 'an absolute path of plain characters');
}

export function baseUrl(where: string, value: string): string {
  const shape = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?(?:\/[\w.~+-]+)*$/;
  return matching(shape, where, value, 'an http or https URL without a trailing slash');
}

/** dnsmasq counts in whole seconds, minutes, hours and days, and gives no less than two minutes. */
export function leaseTime(where: string, ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (!(seconds >= 120)) throw new RenderError(where, `a lease of under 2 minutes: ${ms} ms`);
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : String(seconds);
}
