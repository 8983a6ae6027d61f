import { expect, it } from 'vitest';
import { readBootScript } from '../../src/lab/boot-script.ts';
import { installerScript, LOCAL_DISK_SCRIPT } from '../../src/render/boot-script.ts';
import { aNode, aProfile } from '../builders/node.ts';

it('the local disk: on UEFI by a loader, or else exit 1; on BIOS drive 0x80', () => {
  expect(LOCAL_DISK_SCRIPT).toBe(`#!ipxe
iseq \${platform} efi && chain --autofree /ipxe/local-disk-\${buildarch}.efi ||
iseq \${platform} efi && exit 1 ||
sanboot --no-describe --drive 0x80 || exit 1
`);
  for (const firmware of ['uefi', 'bios'] as const) {
    expect(readBootScript(LOCAL_DISK_SCRIPT, firmware)).toEqual({ kind: 'local-disk' });
  }
});

it('the installer: the answers go into the initrd, so no token stands on a command line', () => {
  const profile = aProfile('docker', { kernelArguments: ['console=tty0', 'console=ttyS1,115200n8'] });
  const node = aNode('sip-n01').build();
  const script = installerScript({
    node,
    profile,
    bootUrl: 'http://10.0.0.1:8480',
    answersToken: 'TOKEN',
    attempt: 2,
  });
  expect(script).toBe(`#!ipxe
# sip-n01: installer, attempt 2
kernel http://10.0.0.1:8480/netboot/debian/trixie/amd64/linux auto=true priority=critical initrd=initrd.magic console=tty0 console=ttyS1,115200n8
initrd http://10.0.0.1:8480/netboot/debian/trixie/amd64/initrd.gz
initrd --name preseed.cfg http://10.0.0.1:8480/i/TOKEN/preseed /preseed.cfg mode=600
boot || exit 1
`);
  const read = readBootScript(script, 'uefi');
  expect(read).toMatchObject({ kind: 'kernel' });
  expect(read.kind === 'kernel' && read.arguments.join(' ')).not.toContain('TOKEN');
});
