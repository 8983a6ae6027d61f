/** What an image weighs and runs on, from its manifests alone; the layers are not read. */

import { RegistryError } from './errors.ts';
import { type Descriptor, isIndex, type Manifest, parse, referencesOf } from './manifest.ts';
import { platformName } from './platforms.ts';
import type { ImageReader, ImageStore } from './store.ts';

/** Bytes of everything that the manifest refers to, each blob once. Rejects with RegistryError. */
export async function weighImage(store: ImageReader, image: Manifest): Promise<number> {
  const what = `${store.place}@${image.digest}`;
  const sizes = new Map<string, number>();
  await gather(image);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);

  async function gather(manifest: Manifest): Promise<void> {
    const { children, blobs } = referencesOf(manifest, what);
    for (const { digest, size } of blobs) sizes.set(digest, size);
    for (const { digest } of children) await gather(await store.manifest(digest));
  }
}

/** `linux/amd64` each, in the order of an index; none where the image does not say. Rejects with RegistryError. */
export async function platformsOf(store: ImageStore, image: Manifest): Promise<string[]> {
  const what = `${store.place}@${image.digest}`;
  const { children, blobs } = referencesOf(image, what);
  if (isIndex(image)) {
    const names = children.flatMap(({ platform }) => (platform ? [platformName(platform)] : []));
    return [...new Set(names)].filter((name) => name !== 'unknown/unknown');
  }
  const { config } = parse(image.bytes, what);
  const blob = blobs.find(({ digest }) => digest === (config as Descriptor).digest);
  if (!blob || blob.size > MOST_CONFIG) return [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.readBlob(blob, 0)) chunks.push(chunk);
  const platform = platformIn(Buffer.concat(chunks), what);
  return platform ? [platformName(platform)] : [];
}

/** Bytes; an image's configuration has a few thousand. */
const MOST_CONFIG = 4 * 2 ** 20;

/** OCI image spec, "Image Configuration". Other things than images have other texts there. */
function platformIn(config: Buffer, what: string): NonNullable<Descriptor['platform']> | null {
  try {
    const { os, architecture, variant } = parse(config, what);
    if (typeof os !== 'string' || typeof architecture !== 'string') return null;
    return { os, architecture, ...(typeof variant === 'string' ? { variant } : {}) };
  } catch (error) {
    if (error instanceof RegistryError) return null;
    throw error;
  }
}
