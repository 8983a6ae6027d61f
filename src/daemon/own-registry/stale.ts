/**
 * Removes the manifests of images that barewright has pruned, so that a garbage collection finds their layers unused. Only
 * those: what a tag was before stays to be pulled by its digest, and so does everything that others have put there.
 */

import { type ImageMemory, placeOf } from '../../model/images.ts';
import type { Journal } from '../../model/journal.ts';
import type { Registry, Repository } from '../../registry/client.ts';
import { isIndex, referencesOf } from '../../registry/manifest.ts';
import { eventPages } from '../event-pages.ts';

interface Ports {
  journal: Pick<Journal, 'read'>;
  memory: ImageMemory;
  own: Registry;
}

const DEEPEST = 4;

/** Resolves with how many went. Rejects with RegistryError. */
export async function removePruned({ journal, memory, own }: Ports): Promise<number> {
  let removed = 0;
  for (const [name, digests] of prunedOf(journal, own.name)) {
    const repository = own.repository(name);
    if (isBusy(memory, own.name, name)) continue;
    const dead = new Set<string>();
    for (const digest of digests) await gather(repository, digest, dead);
    if (dead.size === 0) continue;
    const live = new Set<string>();
    for (const tag of await repository.tags()) {
      const found = await repository.head(tag);
      if (found) await gather(repository, found.digest, live);
    }
    for (const digest of dead) {
      // Whatever a copy that has begun meanwhile refers to may be among them.
      if (isBusy(memory, own.name, name)) break;
      if (!live.has(digest) && (await repository.removeManifest(digest))) removed += 1;
    }
  }
  return removed;
}

/** By repository. */
function prunedOf(journal: Pick<Journal, 'read'>, registry: string): Map<string, Set<string>> {
  const pruned = new Map<string, Set<string>>();
  for (const page of eventPages(journal, { reasons: ['ImagePruned'] })) {
    for (const event of page) {
      if (event.reason !== 'ImagePruned' || event.data.registry !== registry) continue;
      const { repository, digest } = event.data;
      pruned.set(repository, (pruned.get(repository) ?? new Set()).add(digest));
    }
  }
  return pruned;
}

function isBusy({ begun }: ImageMemory, registry: string, repository: string): boolean {
  const prefix = placeOf(registry, repository, '');
  return [...begun.keys()].some((place) => place.startsWith(prefix));
}

/** The manifest, and of an index all that it names: an index comes before what it names. */
async function gather(repository: Repository, digest: string, into: Set<string>, depth = 0): Promise<void> {
  if (into.has(digest) || depth > DEEPEST) return;
  const found = await repository.head(digest);
  if (!found) return;
  into.add(digest);
  if (!isIndex(found)) return;
  const manifest = await repository.manifest(digest);
  const { children } = referencesOf(manifest, `${repository.place}@${digest}`);
  for (const child of children) await gather(repository, child.digest, into, depth + 1);
}
