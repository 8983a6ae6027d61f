/** One line of dnsmasq's log (2.90, `log-dhcp`, `log-facility=-`), read. Recorded lines stand in test/dhcp/recorded.ts. */

export type LogLine =
  /** A packet came in on a declared network; what is told of its sender follows under the same id. */
  | { kind: 'packet'; id: string }
  /** `PXEClient:Arch:00007:UNDI:003000`, `udhcp 1.35.0`; for the user class `iPXE`. */
  | { kind: 'class'; id: string; text: string }
  /** DHCPv6 names machines by their DUID; this is the MAC behind it. */
  | { kind: 'client-mac'; id: string; mac: string }
  | { kind: 'offer' | 'ack'; id: string; address: string; mac: string | null }
  /** The answer of a proxy: a boot file, no address. */
  | { kind: 'proxy'; id: string; mac: string }
  /** A machine that is not in the inventory. */
  | { kind: 'ignored'; mac: string }
  /** A machine of the inventory that cannot be given anything: in a network where nothing is reserved for it. */
  | { kind: 'refused'; mac: string; why: string }
  /** The machine was about to take what another server offered. */
  | { kind: 'rival'; mac: string }
  | { kind: 'sent'; file: string; address: string }
  /** A file was read anew. */
  | { kind: 'read'; file: string }
  | { kind: 'started' }
  /** It goes on, but somebody should know: an interface that does not exist. */
  | { kind: 'warning'; text: string }
  /** Something that dnsmasq cannot do; it goes on, or ends right after. */
  | { kind: 'fault'; text: string };

const LINE = /^dnsmasq(?:-(?:dhcp|tftp|script))?(?:\[\d+\])?: (.*)$/;
const MAC = '((?:[0-9a-f]{2}:){5}[0-9a-f]{2})';
const ADDRESS = '([0-9a-f.:]+)';
const EVENT = new RegExp(
  `^(\\d+) (DHCP(?:DISCOVER|REQUEST|OFFER|ACK|NAK)|PXE)\\([^)]*\\) (?:${ADDRESS} )?${MAC}(?: (.*))?$`,
);
const EVENT6 = new RegExp(`^(\\d+) DHCP(ADVERTISE|REPLY)\\([^)]*\\) ${ADDRESS} `);
const FAULT =
  /^(failed to|cannot|could not|unable to|unknown (?:user|interface)|illegal|TFTP directory .* inaccessible|no address range available|duplicate|inconsistent DHCP|bad |error at line)/;

/** Null for the many lines that say nothing of interest. */
export function parseLogLine(line: string): LogLine | null {
  const text = LINE.exec(line)?.[1]?.trimEnd();
  if (text === undefined) return null;
  return dhcpLine(text) ?? otherLine(text);
}

function dhcpLine(text: string): LogLine | null {
  const [, packet] = /^(\d+) available DHCP(?:v6)? (?:subnet|range)/.exec(text) ?? [];
  if (packet) return { kind: 'packet', id: packet };
  const [, id = '', name] = /^(\d+) (?:vendor|user) class: (.*)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: 'class', id, text: name };
  const [, by = '', clientMac] = new RegExp(`^(\\d+) client MAC address: ${MAC}$`).exec(text) ?? [];
  if (clientMac) return { kind: 'client-mac', id: by, mac: clientMac };
  const six = EVENT6.exec(text);
  if (six) {
    const [, sixId = '', what, address = ''] = six;
    return { kind: what === 'REPLY' ? 'ack' : 'offer', id: sixId, address, mac: null };
  }
  const event = EVENT.exec(text);
  return event && dhcpEvent(event);
}

function dhcpEvent([, id = '', what, address, mac = '', rest = '']: RegExpExecArray): LogLine | null {
  switch (what) {
    case 'DHCPOFFER':
    case 'DHCPACK':
      return { kind: what === 'DHCPACK' ? 'ack' : 'offer', id, address: address ?? '', mac };
    case 'PXE':
      return rest === 'proxy' ? { kind: 'proxy', id, mac } : null;
    case 'DHCPNAK':
      return rest === 'wrong server-ID' ? { kind: 'rival', mac } : { kind: 'refused', mac, why: rest };
    default:
      if (rest === '') return null;
      return rest === 'ignored' ? { kind: 'ignored', mac } : { kind: 'refused', mac, why: rest };
  }
}

function otherLine(text: string): LogLine | null {
  const [, file, address = ''] = /^sent (\/.+) to ([0-9a-f.:]+)$/.exec(text) ?? [];
  if (file) return { kind: 'sent', file, address };
  const [, read] = /^read (\/\S+)/.exec(text) ?? [];
  if (read) return { kind: 'read', file: read };
  const [, warning] = /^warning: (.*)$/.exec(text) ?? [];
  if (warning) return { kind: 'warning', text: warning };
  if (text.startsWith('started, version')) return { kind: 'started' };
  return FAULT.test(text) ? { kind: 'fault', text } : null;
}
