/** What each kind of firmware is told to boot, by the real dnsmasq, to a real client that says it is one. */

import { describe, expect, it } from 'vitest';
import { aMgmtNode } from '../builders/dnsmasq.ts';
import { aDnsmasq, filesOn } from './a-dnsmasq.ts';
import { aWire, type Wire } from './a-wire.ts';

const IPXE_NODE = '52:54:00:77:00:0b';
const GRUB_NODE = '52:54:00:77:00:0c';
const nodes = [aMgmtNode('n1', 11), aMgmtNode('n2', 12).with({ bootLoader: 'grub' })];
const SCRIPT = 'http://10.77.0.1:8480/boot/$' + '{netX/mac:hexhyp}';
const HTTP = 'http://10.77.0.1:8480/ipxe';

/** RFC 4578: class and architecture; option 175 is iPXE's own. */
function firmware(kind: 'PXEClient' | 'HTTPClient', code: number, isIpxe = false): string[] {
  const hex = code.toString(16).padStart(4, '0');
  const name = `${kind}:Arch:${String(code).padStart(5, '0')}:UNDI:003000`;
  const ask = ['-O', 'bootfile', '-O', '60', '-x', `0x5d:${hex}`, '-V', name];
  return isIpxe ? [...ask, '-x', '0xaf:b105010180861000'] : ask;
}

/** The boot file, from the field or the option, and the server that it is to come from. */
async function told(wire: Wire, mac: string, options: string[]) {
  const lease = await wire.lease(mac, 3, options);
  return [lease?.['boot_file'] ?? lease?.['bootfile'] ?? null, lease?.['siaddr'] ?? null];
}

const BY_IPXE: [string, string[], string | null][] = [
  ['BIOS', firmware('PXEClient', 0), 'undionly.kpxe'],
  ['UEFI x64', firmware('PXEClient', 7), 'snponly.efi'],
  ['UEFI x64, as EBC', firmware('PXEClient', 9), 'snponly.efi'],
  ['UEFI arm64', firmware('PXEClient', 11), 'snponly-arm64.efi'],
  ['UEFI x64 by HTTP', firmware('HTTPClient', 16), `${HTTP}/snponly.efi`],
  ['UEFI arm64 by HTTP', firmware('HTTPClient', 19), `${HTTP}/snponly-arm64.efi`],
  ['iPXE on BIOS', firmware('PXEClient', 0, true), SCRIPT],
  ['iPXE on UEFI', firmware('PXEClient', 7, true), SCRIPT],
];
const BY_GRUB: [string, string[], string | null][] = [
  ['UEFI x64', firmware('PXEClient', 7), 'shimx64.efi'],
  ['UEFI x64, as EBC', firmware('PXEClient', 9), 'shimx64.efi'],
  ['UEFI arm64', firmware('PXEClient', 11), 'shimaa64.efi'],
  ['UEFI x64 by HTTP', firmware('HTTPClient', 16), null],
];

describe('what firmware is told to boot', () => {
  it('a machine of its own kind, and one of the other beside it', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire, { nodes }));
    for (const [name, options, file] of BY_IPXE) {
      expect([name, ...(await told(wire, IPXE_NODE, options))]).toEqual([name, file, '10.77.0.1']);
    }
    for (const [name, options, file] of BY_GRUB) {
      expect([name, (await told(wire, GRUB_NODE, options))[0]]).toEqual([name, file]);
    }
    expect(await told(wire, GRUB_NODE, firmware('PXEClient', 7))).toEqual(['shimx64.efi', '10.77.0.1']);
  });

  it('does not crash at SIGHUP with machines of both kinds, and restarts for another of GRUB only', async () => {
    const wire = aWire();
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire, { nodes }));
    for (const mac of [IPXE_NODE, GRUB_NODE]) await wire.lease(mac);
    expect(await dnsmasq.apply(filesOn(wire, { nodes: [...nodes, aMgmtNode('n3', 13)] }))).toBe('reloaded');
    for (const mac of [IPXE_NODE, GRUB_NODE]) expect(await wire.lease(mac)).not.toBeNull();
    const more = [...nodes, aMgmtNode('n3', 13).with({ bootLoader: 'grub' })];
    expect(await dnsmasq.apply(filesOn(wire, { nodes: more }))).toBe('restarted');
    expect(dnsmasq.problems).toEqual([]);
  });

  it('machines without GRUB are told the same as ever', () => {
    const wire = { directory: '/run/bw', interface: 'srv0' } as Wire;
    const without = filesOn(wire, { nodes: [aMgmtNode('n1', 11)] }).get('dnsmasq.conf') ?? '';
    expect(without).toContain('enable-tftp');
    expect(without).not.toContain('grub');
  });
});
