/** Labels of an image, which its configuration holds (OCI image spec, "Image Configuration"). */

import { RegistryError } from './errors.ts';
import { isIndex, MAX_MANIFEST, parse, referencesOf } from './manifest.ts';
import type { ImageStore } from './store.ts';

/** Two requests; of an index, those of its first image, and one request more. Rejects with RegistryError. */
export async function readLabels(store: ImageStore, digest: string): Promise<Record<string, unknown>> {
  const what = `${store.place}@${digest}`;
  const manifest = await store.manifest(digest);
  const { children, blobs } = referencesOf(manifest, what);
  if (isIndex(manifest)) {
    const [first] = children;
    return first && first.digest !== digest ? readLabels(store, first.digest) : {};
  }
  const [config] = blobs;
  if (!config?.mediaType.endsWith('+json')) return {};
  if (config.size > MAX_MANIFEST)
    throw new RegistryError('too-large', `the configuration of ${what} is too large`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.readBlob(config, 0)) chunks.push(chunk);
  return labelsIn(parse(Buffer.concat(chunks), what));
}

function labelsIn({ config }: Record<string, unknown>): Record<string, unknown> {
  const labels = typeof config === 'object' && config !== null && 'Labels' in config ? config.Labels : null;
  return typeof labels === 'object' && labels !== null ? { ...labels } : {};
}
