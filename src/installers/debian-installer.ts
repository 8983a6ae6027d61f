/** Debian's own installer, answered by a preseed file. */

import { installerScript } from '../render/boot-script.ts';
import { preseed } from '../render/preseed.ts';
import type { Installer } from './installer.ts';

export const debianInstaller: Installer = {
  bootScript: installerScript,
  files: (input) => new Map([['preseed', preseed(input)]]),
};
