import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvidence, type DhcpEvidence } from '../../src/dhcp/evidence.ts';
import { parseLogLine } from '../../src/dhcp/log-line.ts';
import { DHCPV6, IPXE_ROM, PROXY, RIVAL, START, STRANGER, UEFI_HTTP, UEFI_PXE } from './recorded.ts';

function evidenceOf(log: string): string[] {
  const told: DhcpEvidence[] = [];
  const take = createEvidence((event) => void told.push(event));
  for (const text of log.split('\n')) {
    const line = parseLogLine(text);
    if (line) take(line);
  }
  return told.map(({ kind, mac, address, pxe, detail }) =>
    [kind, mac, address || '-', pxe ? 'boots' : 'runs', detail].join(' ').trimEnd(),
  );
}

describe('evidence from the log', () => {
  it('keeps exchanges apart that come between each other', () => {
    expect(evidenceOf(IPXE_ROM)).toEqual([
      'offer 52:54:00:77:00:0c 10.77.0.12 boots iPXE',
      'ack 52:54:00:77:00:0b 10.77.0.11 runs udhcp 1.35.0',
      'ack 52:54:00:77:00:0c 10.77.0.12 boots iPXE',
    ]);
  });

  it('knows firmware, and whose address a file was sent to', () => {
    expect(evidenceOf(UEFI_PXE)).toEqual([
      'offer 52:54:00:77:00:0c 10.77.0.12 boots PXE firmware',
      'ack 52:54:00:77:00:0c 10.77.0.12 boots PXE firmware',
      'tftp 52:54:00:77:00:0c 10.77.0.12 boots snponly.efi',
    ]);
    expect(evidenceOf(UEFI_HTTP)).toEqual(['ack 52:54:00:77:00:0c 10.77.0.12 boots HTTP boot firmware']);
  });

  it('knows a proxy, whose addresses are another server’s', () => {
    expect(evidenceOf(PROXY)).toEqual([
      'offer 52:54:00:77:00:0c - boots iPXE',
      'tftp  10.77.0.111 boots snponly.efi',
    ]);
  });

  it('knows strangers, rivals and IPv6', () => {
    expect(evidenceOf(STRANGER)).toEqual(['ignored 52:54:00:99:00:01 - runs']);
    expect(evidenceOf(RIVAL)).toEqual(['rival 52:54:00:77:00:0b - runs']);
    expect(evidenceOf(DHCPV6)).toEqual([
      'offer 52:54:00:77:00:0c fd77::12 runs',
      'ack 52:54:00:77:00:0c fd77::12 runs',
    ]);
  });

  it('forgets the classes of an exchange when its next packet comes', () => {
    const [head = ''] = STRANGER.split('\n');
    const log = `${UEFI_PXE}${head.replace('3815130451', '1946410462')}
dnsmasq-dhcp[737]: 1946410462 DHCPACK(br0) 10.77.0.12 52:54:00:77:00:0c n2
`;
    expect(evidenceOf(log).at(-1)).toBe('ack 52:54:00:77:00:0c 10.77.0.12 runs');
  });
});

describe('parseLogLine', () => {
  it('sees a start and what is read', () => {
    const lines = START.split('\n').flatMap((line) => parseLogLine(line) ?? []);
    expect(lines).toEqual([
      { kind: 'started' },
      { kind: 'read', file: '/run/bw/names' },
      { kind: 'read', file: '/run/bw/hosts' },
      { kind: 'read', file: '/run/bw/opts' },
    ]);
  });

  it.each([
    'dnsmasq: failed to create listening socket for port 53: Address already in use',
    'dnsmasq-dhcp[1]: failed to read /run/bw/hosts: Permission denied',
    'dnsmasq[1]: TFTP directory /no/where inaccessible: No such file or directory',
    'dnsmasq-dhcp[1]: no address range available for DHCP request via br0',
  ])('takes for a fault: %s', (line) => {
    expect(parseLogLine(line)).toMatchObject({ kind: 'fault' });
  });

  it('says why a machine of the inventory was given nothing', () => {
    const line = 'dnsmasq-dhcp[1]: 7 DHCPDISCOVER(br0) 52:54:00:77:00:0b no address available';
    expect(parseLogLine(line)).toEqual({
      kind: 'refused',
      mac: '52:54:00:77:00:0b',
      why: 'no address available',
    });
  });

  it('bears any text', () => {
    const take = createEvidence(() => {});
    const words = [
      'dnsmasq-dhcp[1]: ',
      '7 ',
      'DHCPACK(br0) ',
      '10.0.0.1 ',
      '52:54:00:77:00:0b ',
      'vendor class: ',
    ];
    const part = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const line = parseLogLine(parts.join(''));
        if (line) take(line);
      }),
    );
  });
});
