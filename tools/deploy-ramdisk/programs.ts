/** Programs that make file systems and boot loaders, run so that the same inputs give the same bytes. */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns what it prints; throws what it says. Those that write times into what they make get one that never moves: 2020-01-01. */
export function run(program: string, ...args: string[]): string {
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1577836800', TZ: 'UTC', MTOOLS_SKIP_CHECK: '1' };
  return execFileSync(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

/** A GRUB for UEFI that follows the configuration inside it; its root is the partition that it was loaded from. */
export function grubEfi(scratch: string, config: string, modules: readonly string[]): string {
  const file = join(scratch, 'grub.cfg');
  const efi = join(scratch, 'BOOTX64.EFI');
  writeFileSync(file, config);
  const all = [...modules, 'linux', 'normal', 'boot'];
  run('grub-mkimage', '-O', 'x86_64-efi', '-o', efi, '-c', file, '-p', '/EFI/BOOT', ...all);
  return efi;
}
