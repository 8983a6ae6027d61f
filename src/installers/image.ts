/** Disk images, written by the deploy ramdisk (tools/deploy-ramdisk). */

import { cpioArchive } from '../render/cpio.ts';
import { deployAnswers } from '../render/deploy-answers.ts';
import type { FilesInput, Installer } from './installer.ts';
import { ANSWERS, netbootScript } from './netboot-script.ts';

/** Only its owner may read it: it holds the callback token. */
const PRIVATE_FILE = 0o100600;

export const imageInstaller: Installer = { bootScript: (input) => netbootScript(input, 'image'), files };

function files(input: FilesInput): ReadonlyMap<string, Uint8Array> {
  const content = new TextEncoder().encode(deployAnswers(input));
  return new Map([[ANSWERS, cpioArchive([{ path: 'answers', mode: PRIVATE_FILE, content }])]]);
}
