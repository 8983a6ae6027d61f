/** The installers there are. */

import type { Profile } from '../model/desired.ts';
import type { InstallerName } from '../model/site.ts';
import { debianInstaller } from './debian-installer.ts';
import { imageInstaller } from './image.ts';
import type { Installer } from './installer.ts';

const INSTALLERS: Record<InstallerName, Installer> = {
  'debian-installer': debianInstaller,
  image: imageInstaller,
};

export function installerOf({ installer = 'debian-installer' }: Profile): Installer {
  return INSTALLERS[installer];
}
