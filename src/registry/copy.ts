/** Copies images from one store to another, bit for bit, and never leaves half of one behind. */

import { createGate } from '../model/gate.ts';
import { connectionError } from './connection-error.ts';
import { RegistryError } from './errors.ts';
import { type Descriptor, type Manifest, referencesOf } from './manifest.ts';
import { isPassing } from './patience.ts';
import { onlyPlatforms } from './platforms.ts';
import type { ImageSender, ImageStore } from './store.ts';

export interface CopyOptions {
  source: ImageStore | ImageSender;
  target: ImageStore;
  /** Tag or digest at the source. */
  reference: string;
  /** What the image is called at the target, written last; null leaves it to be found by its digest. */
  tag: string | null;
  /** Of an index, only these; empty for all. */
  platforms?: readonly string[];
  /** Refuses any other image than this one. */
  digest?: string;
  /** Bytes written, or found to be there from an earlier try. */
  onBytes?: (bytes: number) => void;
}

export interface Copied {
  digest: string;
  /** Bytes that were written. */
  bytes: number;
}

export interface Copier {
  /** Rejects with RegistryError; what was written until then is used the next time. */
  copy(options: CopyOptions): Promise<Copied>;
}

/** Indexes may hold indexes, but not without end. */
const DEEPEST = 4;
/** Times that a blob is begun. */
const TRIES = 3;

/** At most `width` blobs are under way at once, over all images; one that several share is moved once. */
export function createCopier(width = 8): Copier {
  const gate = createGate(width);
  const moving = new Map<string, Promise<void>>();

  async function copy({ source, target, reference, tag, platforms = [], digest, onBytes }: CopyOptions) {
    let bytes = 0;
    const what = `${source.place}:${reference}`;
    const image = onlyPlatforms(await source.manifest(reference), platforms, what);
    if (digest !== undefined && image.digest !== digest) {
      const hint = 'It was moved meanwhile, and is looked at again.';
      throw new RegistryError('digest', `${what} is ${image.digest} now, not ${digest}`, { hint });
    }
    const count = (more: number) => {
      bytes += more;
      onBytes?.(more);
    };
    const isThere = (await target.head(image.digest)) !== null;
    if (!isThere || tag !== null) {
      const way = { source, target, count };
      const fill = () =>
        'send' in source
          ? sent(image, { ...way, source }, platforms.length > 0)
          : contents(image, { ...way, source }, 0);
      if (!isThere) await fill();
      await put(tag ?? image.digest, image, fill, target);
    }
    return { digest: image.digest, bytes };
  }

  /** A garbage collection takes what was pushed and nothing refers to yet: then it is pushed once more. */
  async function put(reference: string, image: Manifest, fill: () => Promise<void>, target: ImageStore) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await target.putManifest(reference, image);
      } catch (error) {
        const mayPass = error instanceof RegistryError && error.code === 'incomplete';
        if (!mayPass || tries === TRIES) throw error;
        await fill();
      }
    }
  }

  /** All that a manifest refers to: only then may it be written. */
  async function contents(image: Manifest, way: Way, depth: number): Promise<void> {
    const what = `${way.source.place}@${image.digest}`;
    if (depth > DEEPEST) throw new RegistryError('protocol', `${what}: indexes within indexes`);
    const { children, blobs } = referencesOf(image, what);
    await all([
      ...unique(blobs).map((blob) => once(way, blob, () => moveBlob(blob, way))),
      ...unique(children).map((child) => once(way, child, () => moveChild(child, way, depth))),
    ]);
  }

  /** By another program: image by image where the index is not the one that the source has. */
  async function sent(
    image: Manifest,
    { source, target, count }: Way<ImageSender>,
    isPart: boolean,
  ): Promise<void> {
    const { children } = referencesOf(image, `${source.place}@${image.digest}`);
    for (const { digest } of isPart && children.length > 0 ? children : [image]) {
      if (await target.head(digest)) continue;
      await gate.within(() => source.send(digest, target).then(count));
    }
  }

  async function moveChild({ digest }: Descriptor, way: Way, depth: number): Promise<void> {
    if (await way.target.head(digest)) return;
    const image = await way.source.manifest(digest);
    const fill = () => contents(image, way, depth + 1);
    await fill();
    await put(digest, image, fill, way.target);
  }

  function moveBlob(blob: Descriptor, { source, target, count }: Way): Promise<void> {
    return gate.within(async () => {
      if (await target.hasBlob(blob.digest)) return;
      if (await target.mountBlob(blob, source)) return;
      await again(target.place, () => target.writeBlob(blob, (from) => source.readBlob(blob, from), count));
    });
  }

  function once(way: Way, { digest }: Descriptor, move: () => Promise<void>): Promise<void> {
    const key = `${way.target.place} ${digest}`;
    const begun = moving.get(key) ?? move().finally(() => moving.delete(key));
    moving.set(key, begun);
    return begun;
  }

  return { copy };
}

interface Way<S = ImageStore> {
  source: S;
  target: ImageStore;
  count(bytes: number): void;
}

/** An upload that broke is begun once more; where it can, it goes on where it was. */
async function again(place: string, write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      const known = connectionError(error, place);
      const mayPass = isPassing(known.code) || known.code === 'upload-lost';
      if (!mayPass || tries === TRIES) throw known;
    }
  }
}

/** Waits for all of them, so that nothing goes on behind a failure's back; then rejects with the first. */
async function all(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

function unique(list: readonly Descriptor[]): Descriptor[] {
  return [...new Map(list.map((item) => [item.digest, item])).values()];
}
