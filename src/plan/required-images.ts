/** Which images an install took its node to need, as the ledger keeps it. Pure. */

import type { DesiredImage, DesiredNode, Site } from '../model/desired.ts';
import type { RequiredImage } from '../model/event.ts';
import { type ImageKnowledge, placeOf } from '../model/images.ts';
import { isRequired, observationOf, ownRegistry } from './image-names.ts';

/** Every tag of each, with the digest that the own registry has; what is not known to be there is left out. */
export function requiredImages(
  site: Site,
  node: Pick<DesiredNode, 'pool'>,
  profile: string,
  known: ImageKnowledge,
): RequiredImage[] {
  const registry = ownRegistry(site);
  if (registry === null) return [];
  return [...site.images.values()]
    .filter((image) => isRequired(image, node, profile))
    .flatMap((image) => tagsOf(image, registry, known));
}

function tagsOf(image: DesiredImage, registry: string, known: ImageKnowledge): RequiredImage[] {
  const { name, repository } = image;
  const observation = observationOf(image, known);
  const named = image.tags.flatMap((wish) => ('tag' in wish ? [wish.tag] : []));
  const tags = new Set([...named, ...(observation?.tags.keys() ?? [])]);
  return [...tags].flatMap((tag) => {
    const present = observation?.tags.get(tag)?.present ?? null;
    const kept = known.memory.kept.get(placeOf(registry, repository, tag))?.digest ?? null;
    const digest = present === 'unknown' || present === null ? kept : present;
    return digest === null ? [] : [{ image: name, repository, tag, digest }];
  });
}
