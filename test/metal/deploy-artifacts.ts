/** The deploy ramdisk and what it writes, as a profile names them. */

import type { BuiltFile } from '../../tools/deploy-ramdisk/built-file.ts';
import { aDebianImage, aRamdisk, aSignedRamdisk } from '../deploy-ramdisk/a-ramdisk.ts';
import type { Artifacts } from './a-site.ts';

const artifact = ({ file, sha256 }: BuiltFile) => ({ file, sha256 });

/** With the tiny system. */
export async function deployArtifacts(): Promise<Artifacts> {
  return artifactsOf(await aRamdisk());
}

/** With a tiny system whose loaders and kernel Debian has signed. */
export async function signedArtifacts(): Promise<Artifacts> {
  return artifactsOf(await aSignedRamdisk());
}

function artifactsOf({ kernel, initrd, tinyImage }: Awaited<ReturnType<typeof aRamdisk>>): Artifacts {
  return {
    kernel: artifact(kernel),
    initrd: artifact(initrd),
    image: { ...artifact(tinyImage), format: 'raw.gz' },
  };
}

/** With a Debian. */
export async function debianArtifacts(): Promise<Artifacts> {
  return { ...(await deployArtifacts()), image: { ...artifact(await aDebianImage()), format: 'raw.zst' } };
}
