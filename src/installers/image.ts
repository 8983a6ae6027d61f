/** Disk images, written by the deploy ramdisk (tools/deploy-ramdisk). */

import { agentFiles } from '../agent/files.ts';
import type { CpioEntry } from '../render/cpio.ts';
import { deployAnswers } from '../render/deploy-answers.ts';
import { deployUsers } from '../render/deploy-users.ts';
import { networkdFiles } from '../render/networkd.ts';
import { resolvFile } from '../render/target-files.ts';
import type { FilesInput, Installer } from './installer.ts';
import { answersFile, netbootScript } from './netboot-script.ts';

/** Only its owner may read it: it holds the callback token. */
const PRIVATE_FILE = 0o100600;
const FILE = 0o100644;

export const imageInstaller: Installer = {
  bootScript: (input) => netbootScript(input, 'image'),
  files: (input) => answersFile(entries(input)),
  entries,
};

/**
 * What the ramdisk finds at its root: `answers`, `users` with `keys/…`, below `target/` files for the installed system, and
 * below `network/` those for a system that uses systemd-networkd.
 */
function entries(input: FilesInput): CpioEntry[] {
  const { list, keys } = deployUsers(input.profile.users ?? []);
  const text = (path: string, content: string, mode = PRIVATE_FILE): CpioEntry => ({
    ...{ path, mode, content: new TextEncoder().encode(content) },
  });
  return [
    text('answers', deployAnswers(input)),
    ...(list === '' ? [] : [text('users', list)]),
    ...[...keys].map(([name, lines]) => text(`keys/${name}`, lines)),
    ...agentFiles(input).map(({ path, mode, content }) => text(`target/${path}`, content, mode)),
    ...[...networkFiles(input)].map(([path, content]) => text(`network/${path}`, content, FILE)),
  ];
}

/** Path from the root → text; nothing where the inventory does not say what the node's cards are. */
function networkFiles({ site, node }: FilesInput): ReadonlyMap<string, string> {
  const files = networkdFiles(site, node);
  if (files.size === 0) return files;
  return new Map([...files, ...resolvFile(site).map(({ path, content }) => [path, content] as const)]);
}
