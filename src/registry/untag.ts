/**
 * Takes a tag away and leaves everything else: images under the same digest keep their other tags. Registries delete by
 * digest only, and with all tags of it; so the tag is first given to a manifest that nothing else refers to.
 */

import { randomUUID } from 'node:crypto';
import type { Repository } from './client.ts';
import { digestOf } from './digest.ts';
import { manifestOf } from './manifest.ts';

export async function removeTag(repository: Repository, tag: string): Promise<void> {
  const empty = Buffer.from('{}');
  const config = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(empty),
    size: empty.length,
  };
  if (!(await repository.hasBlob(config.digest))) {
    await repository.writeBlob(
      config,
      () => once(empty),
      () => {},
    );
  }
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const annotations = { 'dev.barewright.removed': randomUUID() };
  const text = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [], annotations });
  const stand = manifestOf(mediaType, Buffer.from(text));
  await repository.putManifest(tag, stand);
  await repository.removeManifest(stand.digest);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
