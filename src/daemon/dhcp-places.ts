/** Where dnsmasq's files lie. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOADERS } from '../render/dnsmasq/boot.ts';
import type { DaemonSettings } from './settings.ts';

export const LOADER_NAMES: readonly string[] = Object.values(LOADERS);

export interface DhcpPlaces {
  program: readonly string[];
  directory: string;
  tftpRoot: string;
  leaseFile: string;
  /** Where Debian's ipxe package puts its loaders. */
  loaders: string;
}

/**
 * A dnsmasq that root starts gives its rights away and could not read in the data directory, which is the daemon's alone:
 * its files lie below /run then, one directory for each data directory. Leases are opened before that, and must outlive a
 * restart of the machine.
 */
export function dhcpPlaces({ dataDir, dnsmasq = {} }: DaemonSettings): DhcpPlaces {
  const id = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const usual = process.getuid?.() === 0 ? join('/run/barewright', id) : join(dataDir, 'dnsmasq');
  const directory = dnsmasq.directory ?? usual;
  return {
    program: dnsmasq.program ?? ['dnsmasq'],
    directory,
    tftpRoot: join(directory, 'tftp'),
    leaseFile: join(dataDir, 'dnsmasq.leases'),
    loaders: dnsmasq.loaders ?? '/usr/lib/ipxe',
  };
}

/** Of Debian's signed packages, by the name that each is asked for under: GRUB by the one that shim looks for. */
const SIGNED: Record<string, string> = {
  'shimx64.efi': '/usr/lib/shim/shimx64.efi.signed',
  'grubx64.efi': '/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed',
  'shimaa64.efi': '/usr/lib/shim/shimaa64.efi.signed',
  'grubaa64.efi': '/usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed',
};

/** A boot loader by its name; null for any other name, or where it is not installed. One in `loaders` comes first. */
export function bootLoaders(settings: DaemonSettings): (file: string) => Promise<Buffer | null> {
  const { loaders } = dhcpPlaces(settings);
  return async (file) => {
    const signed = SIGNED[file];
    if (!signed && !LOADER_NAMES.includes(file)) return null;
    const own = await readFile(join(loaders, file)).catch(() => null);
    return own ?? (signed === undefined ? null : readFile(signed).catch(() => null));
  };
}

/** What a machine of this architecture cannot boot GRUB without and is not installed, as a sentence; null when all is there. */
export async function missingGrub(settings: DaemonSettings, arch: 'amd64' | 'arm64'): Promise<string | null> {
  const find = bootLoaders(settings);
  const names = arch === 'amd64' ? ['shimx64.efi', 'grubx64.efi'] : ['shimaa64.efi', 'grubaa64.efi'];
  const found = await Promise.all(names.map(find));
  const missing = names.filter((_, i) => found[i] === null);
  if (missing.length === 0) return null;
  return `${missing.join(' and ')} not installed; apt-get install shim-signed grub-efi-${arch}-signed`;
}
