import { expect, it } from 'vitest';
import { LOCAL_DISK_LOADERS, localDiskConfig } from '../../src/render/local-disk.ts';

it('the loader for local disks looks for the installed system, then for removable media', () => {
  const [x64] = LOCAL_DISK_LOADERS;
  expect(x64 && localDiskConfig(x64)).toBe(`set root=hd0
search --no-floppy --file --set=root /EFI/debian/shimx64.efi
chainloader /EFI/debian/shimx64.efi
boot
set root=hd0
search --no-floppy --file --set=root /EFI/debian/grubx64.efi
chainloader /EFI/debian/grubx64.efi
boot
set root=hd0
search --no-floppy --file --set=root /EFI/BOOT/BOOTX64.EFI
chainloader /EFI/BOOT/BOOTX64.EFI
boot
exit
`);
});
