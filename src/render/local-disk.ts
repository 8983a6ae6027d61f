/**
 * A loader that boots what is installed, for UEFI machines whose firmware has the network first: back in the firmware they
 * would try PXE and HTTP over IPv6 and IPv4 before their disk (OVMF: over three minutes). GRUB can; iPXE cannot everywhere.
 */

export interface LocalDiskLoader {
  /** Served as `/ipxe/{file}`; the middle of it is iPXE's `buildarch`. */
  file: string;
  /** As grub-mkimage calls it. */
  format: 'x86_64-efi' | 'arm64-efi';
  /** What systems call theirs, and the one of removable media, by which anything else is found. */
  loaders: readonly string[];
}

export const LOCAL_DISK_LOADERS: readonly LocalDiskLoader[] = [
  {
    file: 'local-disk-x86_64.efi',
    format: 'x86_64-efi',
    loaders: ['/EFI/debian/shimx64.efi', '/EFI/debian/grubx64.efi', '/EFI/BOOT/BOOTX64.EFI'],
  },
  {
    file: 'local-disk-arm64.efi',
    format: 'arm64-efi',
    loaders: ['/EFI/debian/shimaa64.efi', '/EFI/debian/grubaa64.efi', '/EFI/BOOT/BOOTAA64.EFI'],
  },
];

/** GRUB modules that the configuration needs. */
export const LOCAL_DISK_MODULES: readonly string[] = [
  ...['part_gpt', 'part_msdos', 'fat', 'search', 'chain', 'boot', 'minicmd'],
];

/**
 * Its built-in configuration. It is read without conditionals: each line that fails is said and passed over, and `boot`
 * returns when there is nothing to boot. `root` would be the network, where `search` looks first; it has to be the disk
 * that the loader is on, since that is what the loader is told it came from. In the end iPXE goes on.
 */
export function localDiskConfig({ loaders }: LocalDiskLoader): string {
  const tries = loaders.map((path) =>
    ['set root=hd0', `search --no-floppy --file --set=root ${path}`, `chainloader ${path}`, 'boot', ''].join(
      '\n',
    ),
  );
  return `${tries.join('')}exit\n`;
}
