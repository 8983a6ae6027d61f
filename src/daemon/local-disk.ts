/** The loaders that send UEFI machines to their own disk, made when first asked for. */

import type { Logger } from 'pino';
import { makeGrubImage } from '../netboot/grub-image.ts';
import { LOCAL_DISK_LOADERS, LOCAL_DISK_MODULES, localDiskConfig } from '../render/local-disk.ts';

/** By name; null for any other name, and where GRUB's tools are not installed: the boot script goes on without it. */
export function localDiskLoaders(log: Logger): (file: string) => Promise<Buffer | null> {
  const made = new Map<string, Promise<Buffer | null>>();
  return async (file) => {
    const loader = LOCAL_DISK_LOADERS.find((candidate) => candidate.file === file);
    if (!loader) return null;
    const image =
      made.get(file) ??
      makeGrubImage({
        format: loader.format,
        modules: LOCAL_DISK_MODULES,
        config: localDiskConfig(loader),
      }).catch((err: unknown) => {
        const what = `${file} cannot be made: UEFI machines with the network first in their boot order find their disk only late`;
        log.warn({ err, reason: 'LocalDiskLoader' }, `${what}; install grub-common and grub-efi-amd64-bin`);
        return null;
      });
    made.set(file, image);
    return image;
  };
}
