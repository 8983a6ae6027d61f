/** The deploy ramdisk and the tiny system that it writes, built from Debian packages; kept while the process lives. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeployRamdisk } from '../../tools/deploy-ramdisk/build.ts';
import type { Artifacts } from './a-site.ts';

/** Builds them into a folder of their own, and returns it with what a profile says of them. Takes about 15 s. */
export function deployArtifacts(tinyImage: true | 'signed' = true): Artifacts & { remove(): void } {
  const out = mkdtempSync(join(tmpdir(), 'barewright-deploy-'));
  const { kernel, initrd, tinyImage: image } = buildDeployRamdisk({ out, tinyImage });
  if (!image) throw new Error('no image was built');
  const artifact = ({ file, sha256 }: typeof kernel) => ({ file, sha256 });
  return {
    kernel: artifact(kernel),
    initrd: artifact(initrd),
    image: { ...artifact(image), format: 'raw.gz' },
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}
