/** The iPXE script of a machine that is not being installed. */

/**
 * The answer to every machine that is not being installed: boot your own disk. UEFI by a loader that finds it
 * (local-disk.ts), or else by `exit 1`, which goes to the next boot entry (`exit 0` ends in the set-up menu); BIOS boots
 * drive 0x80.
 */
export const LOCAL_DISK_SCRIPT = `#!ipxe
iseq \${platform} efi && chain --autofree /ipxe/local-disk-\${buildarch}.efi ||
iseq \${platform} efi && exit 1 ||
sanboot --no-describe --drive 0x80 || exit 1
`;
