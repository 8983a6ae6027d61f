/** What a registry really holds, tag by tag, and whose it is. */

import { sortNatural } from '../desired/natural-order.ts';
import type { DesiredImage } from '../model/desired.ts';
import { createGate } from '../model/gate.ts';
import { type ImageMemory, placeOf } from '../model/images.ts';
import { matching, parseRange } from '../model/version-range.ts';
import type { Registry } from '../registry/client.ts';
import { RegistryError } from '../registry/errors.ts';
import { platformsOf, weighImage } from '../registry/weigh.ts';

/**
 * - `ours`: barewright put it there, and Git declares it. `undeclared`: barewright put it there, Git no longer declares it.
 * - `others`: somebody else put it there, or something else in its place.
 * - `unknown`: no daemon was there to say.
 */
export type Whose = 'ours' | 'undeclared' | 'others' | 'unknown';

export interface ListedTag {
  repository: string;
  tag: string;
  /** Null where it could not be read: then `problem` says why. */
  digest: string | null;
  bytes: number | null;
  platforms: string[];
  /** The image of Git that names this very tag. */
  image: string | null;
  whose: Whose;
  problem: string | null;
}

export interface Listing {
  registry: string;
  tags: ListedTag[];
  /** Repositories without any. */
  empty: string[];
}

/** Tags looked at together. */
const AT_ONCE = 8;

/** `only` names repositories; null for all. `memory` is the daemon's. Rejects with RegistryError where nothing can be read. */
export async function listRegistry(
  registry: Registry,
  images: readonly DesiredImage[],
  memory: ImageMemory | null,
  only: readonly string[] | null,
): Promise<Listing> {
  const gate = createGate(AT_ONCE);
  const names = only ?? (await registry.repositories());
  const found = await Promise.all(
    sortNatural(names, (name) => name).map(async (name) => {
      const tags = sortNatural(await gate.within(() => registry.repository(name).tags()), (tag) => tag);
      const declared = declaredTags(images, name, tags);
      return Promise.all(tags.map((tag) => gate.within(() => look(name, tag, declared.get(tag) ?? null))));
    }),
  );
  const empty = names.filter((name) => !found.some(([first]) => first?.repository === name));
  return { registry: registry.name, tags: found.flat(), empty };

  async function look(name: string, tag: string, image: string | null): Promise<ListedTag> {
    const store = registry.repository(name);
    const listed: ListedTag = {
      ...{ repository: name, tag, digest: null, bytes: null, platforms: [], image, problem: null },
      whose: 'unknown',
    };
    try {
      const manifest = await store.manifest(tag);
      listed.digest = manifest.digest;
      listed.whose = whoseIs(name, tag, manifest.digest, image);
      listed.bytes = await weighImage(store, manifest);
      listed.platforms = await platformsOf(store, manifest);
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code === 'closed') throw error;
      listed.problem = error.message;
    }
    return listed;
  }

  function whoseIs(name: string, tag: string, digest: string, image: string | null): Whose {
    if (!memory) return 'unknown';
    const kept = memory.kept.get(placeOf(registry.name, name, tag));
    if (kept?.digest !== digest) return 'others';
    return image === null ? 'undeclared' : 'ours';
  }
}

/** The image that declares each of the tags, where one does. */
function declaredTags(
  images: readonly DesiredImage[],
  repository: string,
  tags: readonly string[],
): Map<string, string> {
  const declared = new Map<string, string>();
  for (const image of images) {
    if (image.repository !== repository) continue;
    for (const wish of image.tags) {
      const range = 'range' in wish ? parseRange(wish.range) : null;
      const named = 'tag' in wish ? [wish.tag] : range ? matching(range, tags) : [];
      for (const tag of named.slice(0, 'tag' in wish ? 1 : (image.newest ?? undefined))) {
        declared.set(tag, image.name);
      }
    }
  }
  return declared;
}
