/** Disks that say a word on the serial port when they are booted, on BIOS and on UEFI. */

import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A FAT file system over the whole disk: with code in its boot record for BIOS, with the removable-media path for UEFI. */
export async function writeBootableDisk(path: string, word: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'barewright-disk-'));
  try {
    const config = join(scratch, 'grub.cfg');
    const grub = join(scratch, 'BOOTX64.EFI');
    writeFileSync(config, `echo ${word}\nsleep 3600\n`);
    await execa('grub-mkimage', ['-O', 'x86_64-efi', '-o', grub, '-c', config, '-p', '/', 'echo', 'sleep']);
    await execa('mkfs.vfat', ['-F', '32', '-C', path, '40000']);
    await execa('mmd', ['-i', path, '::/EFI', '::/EFI/BOOT']);
    await execa('mcopy', ['-i', path, grub, '::/EFI/BOOT/BOOTX64.EFI']);
    const disk = openSync(path, 'r+');
    writeSync(disk, bootCode(word), 0, undefined, CODE_AT);
    closeSync(disk);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Behind the fields of FAT32's boot record, to which its first instruction jumps. */
const CODE_AT = 0x5a;

/** Real-mode code that writes the word to the first serial port, a byte after the other, and halts. */
function bootCode(word: string): Buffer {
  const code = Buffer.from('31c08ed8fcbaf803be0000ac84c07403eeebf8f4ebfd', 'hex');
  code.writeUInt16LE(0x7c00 + CODE_AT + code.length, 9);
  return Buffer.concat([code, Buffer.from(`${word}\r\n\0`)]);
}
