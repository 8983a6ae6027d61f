/** iPXE scripts: values in, exact text out. */

import type { DesiredNode, Profile } from '../model/desired.ts';
import { plainWord } from './text.ts';

/**
 * The answer to every machine that is not being installed: boot your own disk. UEFI by a loader that finds it
 * (local-disk.ts), or else by `exit 1`, which goes to the next boot entry (`exit 0` ends in the set-up menu); BIOS boots
 * drive 0x80.
 */
export const LOCAL_DISK_SCRIPT = `#!ipxe
iseq \${platform} efi && chain --autofree /ipxe/local-disk-\${buildarch}.efi ||
iseq \${platform} efi && exit 1 ||
sanboot --no-describe --drive 0x80 || exit 1
`;

export interface InstallerScriptInput {
  node: DesiredNode;
  profile: Profile;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
  /** One-time token of the attempt's answers. */
  answersToken: string;
  attempt: number;
}

/** Sends a machine into the Debian installer; the answers go into the initrd, so no token stands on a command line. */
export function installerScript({
  node,
  profile,
  bootUrl,
  answersToken,
  attempt,
}: InstallerScriptInput): string {
  const paths = netbootPaths(profile);
  const [kernel, initrd] = [paths.kernel, paths.initrd].map((path) =>
    plainWord('boot URL', `${bootUrl}/${path}`),
  );
  const answers = plainWord('answers URL', `${bootUrl}/i/${answersToken}/preseed`);
  const extra = (profile.kernelArguments ?? [])
    .map((word) => ` ${plainWord('kernel argument', word)}`)
    .join('');
  return `#!ipxe
# ${plainWord('name', node.name)}: installer, attempt ${attempt}
kernel ${kernel} auto=true priority=critical initrd=initrd.magic${extra}
initrd ${initrd}
initrd --name preseed.cfg ${answers} /preseed.cfg mode=600
boot || exit 1
`;
}

/** Below the boot URL: the profile's own, by digest, or those of its release. */
export function netbootPaths({ os, netboot }: Profile): { kernel: string; initrd: string } {
  if (netboot) {
    return { kernel: `netboot/${netboot.kernel.sha256}`, initrd: `netboot/${netboot.initrd.sha256}` };
  }
  const base = `netboot/debian/${os.release}/${os.arch ?? 'amd64'}`;
  return { kernel: `${base}/linux`, initrd: `${base}/initrd.gz` };
}
