/** The installer that a Debian release brings itself: kernel and initrd of a package that is installed on this machine. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ArtifactSpec, ProfileSpec } from '../model/site.ts';

export interface ReleaseOwn {
  /** Debian's package that has it. */
  package: string;
  /** Null where that is not installed, or not readable. */
  netboot: { kernel: ArtifactSpec; initrd: ArtifactSpec } | null;
}

const NUMBERS: Readonly<Record<string, number>> = { bullseye: 11, bookworm: 12, trixie: 13, forky: 14 };
const HOME = '/usr/lib/debian-installer/images';

/** Null for a release that no package is known of. Reads and hashes some 50 MB. */
export async function releaseOwn(
  { release, arch = 'amd64' }: ProfileSpec['os'],
  home = HOME,
): Promise<ReleaseOwn | null> {
  const number = NUMBERS[release];
  if (number === undefined) return null;
  const folder = `${home}/${number}/${arch}/text/debian-installer/${arch}`;
  const name = `debian-installer-${number}-netboot-${arch}`;
  try {
    const [kernel, initrd] = await Promise.all([
      artifact(`${folder}/linux`),
      artifact(`${folder}/initrd.gz`),
    ]);
    return { package: name, netboot: { kernel, initrd } };
  } catch {
    return { package: name, netboot: null };
  }
}

async function artifact(file: string): Promise<ArtifactSpec> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, sha256: hash.digest('hex') };
}
