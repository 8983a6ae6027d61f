/**
 * The tiny bootable disk image that tests install: one FAT partition with syslinux for BIOS and GRUB for UEFI, and the
 * same kernel and ramdisk with `mode=disk`. Without root, loop devices or mounts.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grubEfi, run } from './programs.ts';

const SECTOR = 512;
const MIB = 1 << 20;
const DISK_MIB = 40;
const PARTITION_START = 2048;
const PARTITION_SECTORS = (DISK_MIB * MIB) / SECTOR - PARTITION_START;
/** As in root/lib/bw/record.sh. */
const AREA_SECTOR = 1024;
const AREA_MARK = '# barewright configuration area, version 1\n';
const DISK_ID = 0x77_72_77_62;

export interface TinyImageInput {
  kernel: string;
  initrd: string;
  /** A folder for what is made on the way. */
  scratch: string;
  /** Debian's signed loaders instead of one made here, so that it boots with Secure Boot too. */
  signed?: { shim: string; grub: string };
  /** For the serial console. */
  commandLine?: string;
}

/** The raw image. The same inputs give the same bytes. */
export function makeTinyImage({
  kernel,
  initrd,
  scratch,
  signed,
  commandLine = 'console=ttyS0 quiet panic=5',
}: TinyImageInput): Uint8Array {
  const partition = join(scratch, 'partition.img');
  const append = `mode=disk ${commandLine}`;
  const syslinux = join(scratch, 'syslinux.cfg');
  writeFileSync(
    syslinux,
    `DEFAULT disk\nPROMPT 0\nLABEL disk\n KERNEL /vmlinuz\n APPEND initrd=/initrd.gz ${append}\n`,
  );
  const config = `linux ($root)/vmlinuz ${append}\ninitrd ($root)/initrd.gz\nboot\n`;
  const efi = signed ? signed.grub : grubEfi(scratch, config, ['part_msdos', 'fat']);

  writeFileSync(partition, new Uint8Array(PARTITION_SECTORS * SECTOR));
  run(
    'mkfs.vfat',
    '-F',
    '16',
    '-h',
    `${PARTITION_START}`,
    '-i',
    '62777277',
    '-n',
    'BW-TINY',
    '--invariant',
    partition,
  );
  run('mmd', '-i', partition, '::/EFI', '::/EFI/BOOT', '::/EFI/debian');
  const configFile = join(scratch, 'grub-signed.cfg');
  writeFileSync(configFile, config);
  const loaders = signed
    ? {
        '/EFI/BOOT/BOOTX64.EFI': signed.shim,
        '/EFI/BOOT/grubx64.efi': signed.grub,
        // The signed GRUB's built-in prefix.
        '/EFI/debian/grub.cfg': configFile,
      }
    : { '/EFI/BOOT/BOOTX64.EFI': efi };
  const copies = {
    ...loaders,
    '/vmlinuz': kernel,
    '/initrd.gz': initrd,
    '/syslinux.cfg': syslinux,
  };
  for (const [to, from] of Object.entries(copies)) run('mcopy', '-i', partition, from, `::${to}`);
  run('syslinux', '--install', partition);

  const disk = Buffer.alloc(DISK_MIB * MIB);
  readFileSync('/usr/lib/syslinux/mbr/mbr.bin').copy(disk, 0, 0, 440);
  writePartitionTable(disk);
  disk.write(AREA_MARK, AREA_SECTOR * SECTOR);
  readFileSync(partition).copy(disk, PARTITION_START * SECTOR);
  return disk;
}

/** One active partition of type EF, which syslinux's boot code and UEFI both start from. */
function writePartitionTable(disk: Buffer): void {
  disk.writeUInt32LE(DISK_ID, 440);
  const entry = 446;
  disk.writeUInt8(0x80, entry);
  // No cylinders, heads and sectors: only blocks count.
  disk.write('feffff', entry + 1, 'hex');
  disk.writeUInt8(0xef, entry + 4);
  disk.write('feffff', entry + 5, 'hex');
  disk.writeUInt32LE(PARTITION_START, entry + 8);
  disk.writeUInt32LE(PARTITION_SECTORS, entry + 12);
  disk.write('55aa', 510, 'hex');
}
