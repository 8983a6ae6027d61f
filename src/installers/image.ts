/** Disk images, written by the deploy ramdisk (tools/deploy-ramdisk). */

import { agentFiles } from '../agent/files.ts';
import type { Profile } from '../model/desired.ts';
import { type CpioEntry, cpioArchive, withFolders } from '../render/cpio.ts';
import { deployAnswers } from '../render/deploy-answers.ts';
import { deployUsers } from '../render/deploy-users.ts';
import { grubBootScript } from '../render/grub-script.ts';
import { matching, plainWord, RenderError } from '../render/text.ts';
import type { BootScriptInput, FilesInput, Installer } from './installer.ts';

/** Only its owner may read it: it holds the callback token. */
const PRIVATE_FILE = 0o100600;

export const imageInstaller: Installer = { bootScript, files };

/**
 * The answers come as a cpio archive of their own, which the kernel unpacks over the ramdisk. iPXE could wrap a plain file
 * itself, but for UEFI only since 2021, and Debian 12 has the one of 2019. UEFI joins the
 * initrds in the order of the `initrd=` names and without a gap: the answers go first, since an archive that is not
 * compressed is only found on a multiple of four bytes. On BIOS iPXE joins them as they come, with gaps. The answers are
 * fetched last: from then on the disk counts as lost.
 */
function bootScript({ node, profile, loader, bootUrl, answersToken, attempt }: BootScriptInput): string {
  const { kernel, initrd } = needNetboot(profile);
  if (loader === 'grub') {
    return grubBootScript({
      ...{ node: node.name, what: 'image', attempt, arguments: profile.kernelArguments ?? [] },
      kernel: `netboot/${digest(kernel.sha256)}`,
      initrds: [`netboot/${digest(initrd.sha256)}`, `i/${answersToken}/answers.cpio`],
    });
  }
  const at = (path: string) => plainWord('boot URL', `${bootUrl}/${path}`);
  const extra = (profile.kernelArguments ?? [])
    .map((word) => ` ${plainWord('kernel argument', word)}`)
    .join('');
  return `#!ipxe
# ${plainWord('name', node.name)}: image, attempt ${attempt}
kernel ${at(`netboot/${digest(kernel.sha256)}`)} initrd=answers.cpio initrd=initrd.gz${extra}
initrd --name initrd.gz ${at(`netboot/${digest(initrd.sha256)}`)}
initrd --name answers.cpio ${at(`i/${answersToken}/answers.cpio`)}
boot || exit 1
`;
}

/** What the ramdisk finds at its root: `answers`, `users` with `keys/…`, and below `target/` files for the installed system. */
function files(input: FilesInput): ReadonlyMap<string, Uint8Array> {
  const { list, keys } = deployUsers(input.profile.users ?? []);
  const text = (path: string, content: string, mode = PRIVATE_FILE): CpioEntry => ({
    ...{ path, mode, content: new TextEncoder().encode(content) },
  });
  const entries = [
    text('answers', deployAnswers(input)),
    ...(list === '' ? [] : [text('users', list)]),
    ...[...keys].map(([name, lines]) => text(`keys/${name}`, lines)),
    ...agentFiles(input).map(({ path, mode, content }) => text(`target/${path}`, content, mode)),
  ];
  return new Map([['answers.cpio', cpioArchive(withFolders(entries))]]);
}

function needNetboot({ name, netboot }: Profile): NonNullable<Profile['netboot']> {
  if (!netboot) throw new RenderError('netboot', `profile ${name} declares no kernel and initrd`);
  return netboot;
}

function digest(sha256: string): string {
  return matching(/^[0-9a-f]{64}$/, 'digest', sha256, 'a SHA-256 digest');
}
