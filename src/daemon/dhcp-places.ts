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

/** A boot loader by its name, for UEFI HTTP boot; null for any other name, or where it is not installed. */
export function bootLoaders(settings: DaemonSettings): (file: string) => Promise<Buffer | null> {
  const { loaders } = dhcpPlaces(settings);
  return async (file) =>
    LOADER_NAMES.includes(file) ? readFile(join(loaders, file)).catch(() => null) : null;
}
