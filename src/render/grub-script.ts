/**
 * GRUB scripts: values in, exact text out. GRUB fetches everything by TFTP: Debian's signed one has no HTTP module (2.06),
 * and under Secure Boot it loads no other.
 */

import { LOCAL_DISK_LOADERS } from './local-disk.ts';
import { plainWord } from './text.ts';

/** Where the signed GRUB looks for its configuration below the TFTP root: its built-in prefix is `/grub`. */
export const GRUB_CONFIG_PATH = 'grub/grub.cfg';

/**
 * What every machine's GRUB reads first: the script of the very card it booted from. `source` comes back when there is none,
 * as for a MAC that nobody knows; `exit` hands the machine back to its firmware.
 */
export const GRUB_CONFIG = `# barewright: what this machine boots is asked for by its MAC
source (tftp,$net_default_server)/boot/$net_default_mac
exit
`;

/** As LOCAL_DISK_SCRIPT of iPXE. `root` would be the network, where `search` looks first. */
export const GRUB_LOCAL_DISK_SCRIPT = `# boot your own disk
for loader in ${LOCAL_DISK_LOADERS.flatMap(({ loaders }) => loaders).join(' ')}; do
  set root=hd0
  if search --no-floppy --file --set=root $loader; then
    if chainloader $loader; then
      boot
    fi
  fi
done
exit
`;

export interface GrubBootScriptInput {
  node: string;
  /** What it is: one word. */
  what: string;
  attempt: number;
  /** Paths below the TFTP root. */
  kernel: string;
  /** Joined in this order, each at a multiple of four bytes. */
  initrds: readonly string[];
  arguments: readonly string[];
}

/** Sends a machine into a kernel. What cannot be loaded, or is not signed, ends in the firmware. */
export function grubBootScript(input: GrubBootScriptInput): string {
  const at = (path: string) => `(tftp,$net_default_server)/${plainWord('path', path)}`;
  const words = input.arguments.map((word) => ` ${plainWord('kernel argument', word)}`);
  return `# ${plainWord('name', input.node)}: ${input.what}, attempt ${input.attempt}
if linux ${at(input.kernel)}${words.join('')}; then
  if initrd ${input.initrds.map(at).join(' ')}; then
    boot
  fi
fi
exit
`;
}
