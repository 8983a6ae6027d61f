/** A GRUB with its configuration inside, made by Debian's grub-mkimage. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface GrubImageOptions {
  /** As grub-mkimage calls it: `x86_64-efi`. */
  format: string;
  modules: readonly string[];
  config: string;
}

/** Needs the packages grub-common and grub-efi-amd64-bin (or -arm64-). Rejects with what grub-mkimage says. */
export async function makeGrubImage({ format, modules, config }: GrubImageOptions): Promise<Buffer> {
  const scratch = await mkdtemp(join(tmpdir(), 'barewright-grub-'));
  try {
    const configFile = join(scratch, 'grub.cfg');
    const image = join(scratch, 'image');
    await writeFile(configFile, config);
    const args = ['--format', format, '--config', configFile, '--prefix', '/', '--output', image];
    await execa('grub-mkimage', [...args, ...modules]);
    return await readFile(image);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
