/** Debian's own installer, answered by a preseed file. */

import { installerScript, netbootPaths } from '../render/boot-script.ts';
import { cpioArchive } from '../render/cpio.ts';
import { grubBootScript } from '../render/grub-script.ts';
import { preseed } from '../render/preseed.ts';
import type { BootScriptInput, FilesInput, Installer } from './installer.ts';

/** Only root may read it: it holds the callback token. */
const PRIVATE_FILE = 0o100600;

export const debianInstaller: Installer = { bootScript, files };

/** GRUB joins initrds as they are, so that its answers come as an archive; iPXE makes one of the plain file. */
function bootScript(input: BootScriptInput): string {
  if (input.loader !== 'grub') return installerScript(input);
  const { node, profile, answersToken, attempt } = input;
  const { kernel, initrd } = netbootPaths(profile);
  return grubBootScript({
    ...{ node: node.name, what: 'installer', attempt, kernel },
    arguments: ['auto=true', 'priority=critical', ...(profile.kernelArguments ?? [])],
    initrds: [initrd, `i/${answersToken}/preseed.cpio`],
  });
}

function files(input: FilesInput): ReadonlyMap<string, string | Uint8Array> {
  const answers = preseed(input);
  const content = new TextEncoder().encode(answers);
  const archive = cpioArchive([{ path: 'preseed.cfg', mode: PRIVATE_FILE, content }]);
  return new Map<string, string | Uint8Array>([
    ['preseed', answers],
    ['preseed.cpio', archive],
  ]);
}
