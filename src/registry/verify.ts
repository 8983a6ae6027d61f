/** Reads an image again, every byte of it, against the digests. */

import { RegistryError } from './errors.ts';
import { type Descriptor, type Manifest, referencesOf } from './manifest.ts';
import type { ImageStore } from './store.ts';

export interface Verified {
  /** Read for this image; what was read for an earlier one is not read again. */
  bytes: number;
  /** One sentence each; none for an image that is whole. */
  problems: string[];
}

/** `seen` holds the digests that were read whole, over many images of one store. */
export async function verifyImage(
  store: ImageStore,
  reference: string,
  seen: Set<string>,
): Promise<Verified> {
  const verified: Verified = { bytes: 0, problems: [] };
  await orProblem(async () => manifest(await store.manifest(reference)));
  return verified;

  async function manifest(image: Manifest): Promise<void> {
    if (seen.has(image.digest)) return;
    const before = verified.problems.length;
    const { children, blobs } = referencesOf(image, `${store.place}@${image.digest}`);
    verified.bytes += image.bytes.length;
    for (const { digest } of children) await orProblem(async () => manifest(await store.manifest(digest)));
    for (const blob of blobs) await orProblem(() => read(blob));
    if (verified.problems.length === before) seen.add(image.digest);
  }

  async function read(blob: Descriptor): Promise<void> {
    if (seen.has(blob.digest)) return;
    for await (const chunk of store.readBlob(blob, 0)) verified.bytes += chunk.length;
    seen.add(blob.digest);
  }

  async function orProblem(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      verified.problems.push(error.message);
    }
  }
}
