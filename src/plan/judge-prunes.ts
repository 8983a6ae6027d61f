/** Tags that barewright put into the own registry and Git no longer declares. What others put there is not touched. */

import { createHash } from 'node:crypto';
import type { DesiredImage, Site } from '../model/desired.ts';
import { type ImageKnowledge, type KeptTag, placeOf } from '../model/images.ts';
import type { NodeState } from '../model/node-state.ts';
import type { ImageAction, ImageHold } from '../model/plan.ts';
import { sayNames } from './fold-names.ts';
import { type ImagesInput, observationOf } from './image-names.ts';

export function judgePrunes(registry: string, known: ImageKnowledge, input: ImagesInput): ImageAction[] {
  const { site } = input;
  const wanted = wantedPlaces(registry, known, site);
  const gone = [...known.memory.kept]
    .filter(([place, kept]) => kept.registry === registry && !wanted.has(place))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, kept]) => ({ kept, approval: approvalOf(place, kept, known, site) }));
  const many = tooMany(gone.filter(({ approval }) => approval === null).length, site);
  return gone.map(({ kept, approval }): ImageAction => {
    const { image, repository, tag, digest } = kept;
    const declared = site.images.get(image);
    const source = declared?.source ?? input.previous?.images.get(image)?.source ?? null;
    const hold = required(kept, input) ?? many;
    return {
      ...{ image, repository, tag, bytes: null, kind: 'prune', effect: 'files' },
      // Without a daemon nobody knows what it is.
      digest: digest === '' ? null : digest,
      change: `remove ${repository}:${tag}: no longer declared`,
      cause: { source, commit: input.previous && source ? input.causeOf(source) : null },
      hold: hold?.approval === approval ? null : hold,
    };
  });
}

const MANY = 'prunes-at-once';

/** What a person has approved of a tag, as it is now and under this commit; null for nothing. */
function approvalOf(place: string, { digest }: KeptTag, known: ImageKnowledge, site: Site): string | null {
  const given = known.memory.approved.get(place);
  return given?.digest === digest && given.commit === site.commit.id ? given.approval : null;
}

function tooMany(count: number, { policy: { prunesAtOnce: cap } }: Site): ImageHold | null {
  if (count <= cap) return null;
  const what = count === 1 ? 'a tag is' : `${count} tags are`;
  const why = `${what} no longer declared and policy.prunesAtOnce is ${cap}; raise it by a commit, or approve it`;
  return { guard: MANY, why, approval: MANY };
}

/** Holds what nodes may need of an image that is no longer declared; while it is, they need what it declares. */
function required({ image, requiredBy }: KeptTag, { site, states }: ImagesInput): ImageHold | null {
  const nodes = site.images.has(image) ? [] : needing(requiredBy, site, states);
  if (nodes.length === 0) return null;
  const why = `${sayNames(nodes, 4)} may still need it; it goes when none does, or when it is approved`;
  const digest = createHash('sha256').update(JSON.stringify(nodes.toSorted())).digest('hex');
  return { guard: 'required', why, approval: `required ${digest.slice(0, 12)}` };
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

/** Names of the nodes that carry, or are about to get, what needs it. */
function needing(
  requiredBy: readonly string[],
  site: Site,
  states: ReadonlyMap<string, NodeState>,
): string[] {
  if (requiredBy.length === 0) return [];
  return [...site.nodes.values()].flatMap(({ name, pool, profile }) => {
    const state = states.get(name);
    const names = [pool, profile, state?.record?.profile, state?.want?.profile];
    return names.some((known) => known !== undefined && requiredBy.includes(known)) ? [name] : [];
  });
}
