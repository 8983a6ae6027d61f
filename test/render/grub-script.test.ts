import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { installerOf } from '../../src/installers/table.ts';
import { GRUB_CONFIG, GRUB_LOCAL_DISK_SCRIPT } from '../../src/render/grub-script.ts';
import { RenderError } from '../../src/render/text.ts';
import { aNode, aProfile } from '../builders/node.ts';

const KERNEL = '11'.repeat(32);
const INITRD = '22'.repeat(32);
const netboot = {
  kernel: { file: '/srv/vmlinuz', sha256: KERNEL },
  initrd: { file: '/srv/initrd.gz', sha256: INITRD },
};

/** What GRUB's own parser says; empty when it is content. */
function judgedByGrub(text: string): string {
  return spawnSync('grub-script-check', [], { input: text, encoding: 'utf8' }).stderr;
}

function scriptOf(change: Parameters<typeof aProfile>[1], name = 'sip-n01'): string {
  const profile = aProfile('p', { netboot, ...change });
  const node = { ...aNode('sip-n01').build(), name };
  const input = { node, profile, bootUrl: 'http://10.77.0.1:8480', answersToken: 'TOKEN', attempt: 2 };
  return installerOf(profile).bootScript({ ...input, loader: 'grub' });
}

describe('GRUB scripts', () => {
  it('the configuration asks for the script of the card it booted from, and ends in the firmware', () => {
    expect(GRUB_CONFIG).toBe(`# barewright: what this machine boots is asked for by its MAC
source (tftp,$net_default_server)/boot/$net_default_mac
exit
`);
    expect(judgedByGrub(GRUB_CONFIG)).toBe('');
  });

  it('promise 6: the local disk, by whatever loader is on it', () => {
    expect(GRUB_LOCAL_DISK_SCRIPT).toBe(`# boot your own disk
for loader in /EFI/debian/shimx64.efi /EFI/debian/grubx64.efi /EFI/BOOT/BOOTX64.EFI /EFI/debian/shimaa64.efi /EFI/debian/grubaa64.efi /EFI/BOOT/BOOTAA64.EFI; do
  set root=hd0
  if search --no-floppy --file --set=root $loader; then
    if chainloader $loader; then
      boot
    fi
  fi
done
exit
`);
    expect(judgedByGrub(GRUB_LOCAL_DISK_SCRIPT)).toBe('');
  });

  it('the deploy ramdisk: the answers are an initrd of their own, and no token is on the command line', () => {
    const script = scriptOf({ installer: 'image', kernelArguments: ['console=ttyS0'] });
    expect(script).toBe(`# sip-n01: image, attempt 2
if linux (tftp,$net_default_server)/netboot/${KERNEL} console=ttyS0; then
  if initrd (tftp,$net_default_server)/netboot/${INITRD} (tftp,$net_default_server)/i/TOKEN/answers.cpio; then
    boot
  fi
fi
exit
`);
    expect(judgedByGrub(script)).toBe('');
  });

  it('the Debian installer, likewise', () => {
    const script = scriptOf({ kernelArguments: ['console=ttyS1,115200n8'] });
    expect(script).toBe(`# sip-n01: installer, attempt 2
if linux (tftp,$net_default_server)/netboot/${KERNEL} auto=true priority=critical DEBIAN_FRONTEND=text BOOTIF=01-${aNode('sip-n01').build().bootMac.replaceAll(':', '-')} console=ttyS1,115200n8; then
  if initrd (tftp,$net_default_server)/netboot/${INITRD} (tftp,$net_default_server)/i/TOKEN/answers.cpio; then
    boot
  fi
fi
exit
`);
    expect(judgedByGrub(script)).toBe('');
  });

  it.each([
    ['$(reboot)'],
    ['a;reboot'],
    ['a b'],
    ["'"],
    ['"'],
    ['a\nreboot'],
    ['{a}'],
    ['a|b'],
    ['\\'],
    ['#'],
  ])('takes no argument or name that GRUB would read something into: %j', (poison) => {
    expect(() => scriptOf({ kernelArguments: [poison] })).toThrow(RenderError);
    expect(() => scriptOf({}, poison)).toThrow(RenderError);
  });

  it('the parser does find mistakes', () => {
    expect(judgedByGrub('if linux x; then\n')).toContain('syntax error');
  });
});
