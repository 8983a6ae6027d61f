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
  const { kernel, initrd } = netbootUrls(profile, bootUrl);
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

/** The profile's own, by digest, or those of its release. */
function netbootUrls({ os, netboot }: Profile, bootUrl: string): { kernel: string; initrd: string } {
  const at = (path: string) => plainWord('boot URL', `${bootUrl}/netboot/${path}`);
  if (netboot) return { kernel: at(netboot.kernel.sha256), initrd: at(netboot.initrd.sha256) };
  const base = `debian/${os.release}/${os.arch ?? 'amd64'}`;
  return { kernel: at(`${base}/linux`), initrd: at(`${base}/initrd.gz`) };
}
