/** The boot script, for iPXE or GRUB, of installers whose answers come as a cpio archive behind or before their initrd. */

import type { Profile } from '../model/desired.ts';
import { type CpioEntry, cpioArchive, withFolders } from '../render/cpio.ts';
import { grubBootScript } from '../render/grub-script.ts';
import { matching, plainWord, RenderError } from '../render/text.ts';
import type { BootScriptInput } from './installer.ts';

/** The archive's name, as `GET /i/{answersToken}/{name}` finds it. */
const ANSWERS = 'answers.cpio';

export function answersFile(entries: readonly CpioEntry[]): ReadonlyMap<string, Uint8Array> {
  return new Map([[ANSWERS, cpioArchive(withFolders(entries))]]);
}

/**
 * The answers come as a cpio archive of their own, which the kernel unpacks over the ramdisk. iPXE could wrap a plain file
 * itself, but for UEFI only since 2021, and Debian 12 has the one of 2019. UEFI joins the
 * initrds in the order of the `initrd=` names and without a gap: the answers go first, since an archive that is not
 * compressed is only found on a multiple of four bytes. On BIOS iPXE joins them as they come, with gaps. The answers are
 * fetched last: from then on the disk counts as lost. GRUB joins initrds as iPXE does on BIOS.
 */
export function netbootScript(
  { node, profile, loader, bootUrl, answersToken, attempt }: BootScriptInput,
  what: string,
  words: readonly string[] = [],
): string {
  const { kernel, initrd } = needNetboot(profile);
  const own = [...words, ...(profile.kernelArguments ?? [])];
  if (loader === 'grub') {
    return grubBootScript({
      ...{ node: node.name, what, attempt, arguments: own, kernel: `netboot/${digest(kernel.sha256)}` },
      initrds: [`netboot/${digest(initrd.sha256)}`, `i/${answersToken}/${ANSWERS}`],
    });
  }
  const at = (path: string) => plainWord('boot URL', `${bootUrl}/${path}`);
  const extra = own.map((word) => ` ${plainWord('kernel argument', word)}`).join('');
  return `#!ipxe
# ${plainWord('name', node.name)}: ${what}, attempt ${attempt}
kernel ${at(`netboot/${digest(kernel.sha256)}`)} initrd=${ANSWERS} initrd=initrd.gz${extra}
initrd --name initrd.gz ${at(`netboot/${digest(initrd.sha256)}`)}
initrd --name ${ANSWERS} ${at(`i/${answersToken}/${ANSWERS}`)}
boot || exit 1
`;
}

function needNetboot({ name, netboot }: Profile): NonNullable<Profile['netboot']> {
  if (!netboot) throw new RenderError('netboot', `profile ${name} declares no kernel and initrd`);
  return netboot;
}

function digest(sha256: string): string {
  return matching(/^[0-9a-f]{64}$/, 'digest', sha256, 'a SHA-256 digest');
}
