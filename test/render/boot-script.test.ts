import { expect, it } from 'vitest';
import { readBootScript } from '../../src/lab/boot-script.ts';
import { LOCAL_DISK_SCRIPT } from '../../src/render/boot-script.ts';

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
