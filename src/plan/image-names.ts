/** What the plan of images takes, and what images and registries are called. Pure. */

import type { DesiredImage, DesiredNode, Site } from '../model/desired.ts';
import type { ImageKnowledge, ImageObservation } from '../model/images.ts';
import type { NodeState } from '../model/node-state.ts';
import type { CauseOf } from './transition.ts';

export interface ImagesInput {
  site: Site;
  previous: Site | null;
  /** Null without a daemon: then the site before stands for what is there. */
  knowledge: ImageKnowledge | null;
  states: ReadonlyMap<string, NodeState>;
  causeOf: CauseOf;
}

/** Host and port of the site's own registry; null without one. */
export function ownRegistry({ registries }: Pick<Site, 'registries'>): string | null {
  for (const { own, endpoint } of registries.values()) if (own) return new URL(endpoint).host;
  return null;
}

export function upstreamName({ registry, repository }: NonNullable<DesiredImage['mirror']>): string {
  return `${registry}/${repository}`;
}

/** Whether a node that is to carry the profile needs it. */
export function isRequired(
  { requiredBy }: Pick<DesiredImage, 'requiredBy'>,
  { pool }: Pick<DesiredNode, 'pool'>,
  profile: string,
): boolean {
  return requiredBy.includes(pool) || requiredBy.includes(profile);
}

/** All of an image that what upstream says depends on. */
export function askedOf({ mirror, build, repository, tags, newest }: DesiredImage): string {
  return JSON.stringify([mirror ?? build?.key, repository, tags, newest]);
}

/** The observation of an image, if it is one of what the site asks for now. */
export function observationOf(image: DesiredImage, { observed }: ImageKnowledge): ImageObservation | null {
  const observation = observed.get(image.name);
  return observation?.asked === askedOf(image) ? observation : null;
}
