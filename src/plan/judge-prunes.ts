/** Tags that barewright put into the own registry and Git no longer declares. What others put there is not touched. */

import type { DesiredImage, Site } from '../model/desired.ts';
import { type ImageKnowledge, placeOf } from '../model/images.ts';
import type { NodeState } from '../model/node-state.ts';
import type { ImageAction } from '../model/plan.ts';
import { sayNames } from './fold-names.ts';
import { type ImagesInput, observationOf } from './image-names.ts';

export function judgePrunes(registry: string, known: ImageKnowledge, input: ImagesInput): ImageAction[] {
  const { site, states } = input;
  const wanted = wantedPlaces(registry, known, site);
  const gone = [...known.memory.kept]
    .filter(([place, kept]) => kept.registry === registry && !wanted.has(place))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const cap = site.policy.prunesAtOnce;
  const many =
    gone.length > cap
      ? `${gone.length === 1 ? 'a tag is' : `${gone.length} tags are`} no longer declared and policy.prunesAtOnce is ${cap}; raise it by a commit to go on`
      : null;
  return gone.map(([, kept]): ImageAction => {
    const { image, repository, tag, digest } = kept;
    // As long as the image is declared, what its nodes need is what it declares.
    const declared = site.images.get(image);
    const needed = declared ? '' : neededBy(kept.requiredBy, site, states);
    const source = declared?.source ?? input.previous?.images.get(image)?.source ?? null;
    const why = `${needed} may still need it; it goes when none does`;
    return {
      ...{ image, repository, tag, bytes: null, kind: 'prune', effect: 'files' },
      // Without a daemon nobody knows what it is.
      digest: digest === '' ? null : digest,
      change: `remove ${repository}:${tag}: no longer declared`,
      cause: { source, commit: input.previous && source ? input.causeOf(source) : null },
      hold:
        needed !== ''
          ? { guard: 'required', why }
          : many !== null
            ? { guard: 'prunes-at-once', why: many }
            : null,
    };
  });
}

/** Where an image's tags are not all known, everything that it was ever given counts as wanted. */
function wantedPlaces(registry: string, known: ImageKnowledge, site: Site): Set<string> {
  const places = new Set<string>();
  for (const image of site.images.values()) {
    const add = (tag: string) => places.add(placeOf(registry, image.repository, tag));
    for (const wish of image.tags) add('tag' in wish ? wish.tag : wish.range);
    for (const tag of observationOf(image, known)?.tags.keys() ?? []) add(tag);
    if (isResolved(image, known)) continue;
    for (const { image: of, tag } of known.memory.kept.values()) if (of === image.name) add(tag);
  }
  return places;
}

function isResolved(image: DesiredImage, known: ImageKnowledge): boolean {
  const observation = observationOf(image, known);
  return image.tags.every((wish) => 'tag' in wish || observation?.ranges.has(wish.range));
}

/** Names of the nodes that carry, or are about to get, what needs it; empty for none. */
function neededBy(requiredBy: readonly string[], site: Site, states: ReadonlyMap<string, NodeState>): string {
  if (requiredBy.length === 0) return '';
  const nodes = [...site.nodes.values()].filter(({ name, pool, profile }) => {
    const state = states.get(name);
    const names = [pool, profile, state?.record?.profile, state?.want?.profile];
    return names.some((known) => known !== undefined && requiredBy.includes(known));
  });
  return sayNames(
    nodes.map(({ name }) => name),
    4,
  );
}
