/** Images as a person wants to read them, and why a node has to wait for one. Pure. */

import type { ImageView } from '../model/api.ts';
import type { DesiredImage, DesiredNode, Site } from '../model/desired.ts';
import type { ImageKnowledge, TagObservation } from '../model/images.ts';
import type { ImageAction } from '../model/plan.ts';
import { isRequired, observationOf, ownRegistry, upstreamName } from './image-names.ts';
import { sayBytes } from './say-images.ts';

/** What an image is busy with, or why its last try failed. */
export interface ImageActivity {
  progress: { bytes: number; of: number | null } | null;
  /** Of a build under way, what its builder says. */
  building: string | null;
  problem: string | null;
}

const IDLE: ImageActivity = { progress: null, building: null, problem: null };

export function viewImage(
  site: Site,
  image: DesiredImage,
  known: ImageKnowledge,
  actions: ImageAction[],
  activity: ImageActivity = IDLE,
): ImageView {
  const { name, mirror, build, repository, requiredBy, source } = image;
  const registry = ownRegistry(site);
  const observation = registry === null ? null : observationOf(image, known);
  return {
    name,
    from: mirror ? upstreamName(mirror) : (build?.context ?? ''),
    repository: registry === null ? repository : `${registry}/${repository}`,
    ...stateOf(image, registry, known, actions, activity),
    tags: [...(observation?.tags ?? [])].map(([tag, { wanted, present, provenance = null }]) => ({
      ...{ tag, wanted: wanted?.digest ?? null, present, provenance },
    })),
    requiredBy,
    source: `${source.file}:${source.line}`,
    lookedAt: observation?.at ?? null,
    progress: activity.progress,
    actions,
  };
}

function stateOf(
  image: DesiredImage,
  registry: string | null,
  known: ImageKnowledge,
  actions: readonly ImageAction[],
  { progress, building, problem }: ImageActivity,
): Pick<ImageView, 'state' | 'message'> {
  if (registry === null) return { state: 'off', message: 'the site declares no registry of its own' };
  const observation = observationOf(image, known);
  const [first] = actions;
  if (building !== null) return { state: 'building', message: building };
  if (progress) return { state: 'copying', message: sayProgress(progress) };
  const why = problem ?? observation?.problem ?? null;
  if (why !== null) return { state: 'problem', message: why };
  if (!observation) return { state: 'unknown', message: 'not looked at yet' };
  if (first)
    return { state: 'due', message: first.hold ? `${first.change}; held: ${first.hold.why}` : first.change };
  return { state: 'ok', message: '' };
}

function sayProgress({ bytes, of }: NonNullable<ImageActivity['progress']>): string {
  return of === null ? `${sayBytes(bytes)} copied` : `${sayBytes(bytes)} of ${sayBytes(of)} copied`;
}

/**
 * Why a node that is to carry `profile` waits: an image that it needs is not in the registry as Git wants it. Null when
 * all are there, and where the site has no registry of its own.
 */
export function imageAwaited(
  site: Site,
  node: Pick<DesiredNode, 'pool'>,
  profile: string,
  known: ImageKnowledge,
  activity: (image: DesiredImage) => ImageActivity,
): string | null {
  const registry = ownRegistry(site);
  if (registry === null) return null;
  for (const image of site.images.values()) {
    if (!isRequired(image, node, profile)) continue;
    const missing = missingTag(image, known);
    if (missing === null) continue;
    const { progress, building, problem } = activity(image);
    const observation = observationOf(image, known);
    const why = problem ?? (observation ? observation.problem : 'not looked at yet');
    const doing = progress ? sayProgress(progress) : building;
    const more = doing !== null ? `: ${doing}` : why === null ? '' : `: ${why}`;
    return `the image ${image.repository}:${missing} is not in the registry ${registry} yet${more}`;
  }
  return null;
}

/** The first tag, or range, that is not there at its digest. A tag whose digest is not known now counts as it was put. */
export function missingTag(image: DesiredImage, known: ImageKnowledge): string | null {
  const observation = observationOf(image, known);
  for (const wish of image.tags) {
    if ('range' in wish && !observation?.ranges.has(wish.range)) return wish.range;
    const tags = 'tag' in wish ? [wish.tag] : (observation?.ranges.get(wish.range) ?? []);
    for (const tag of tags) if (!isThere(observation?.tags.get(tag), image)) return tag;
  }
  return null;
}

function isThere(found: TagObservation | undefined, { build }: DesiredImage): boolean {
  if (!found || found.present === null || found.present === 'unknown') return false;
  // Upstream may be out of reach for days; what was mirrored before is what there is to use.
  // What is built is known by its own labels, whoever can be reached.
  return (found.wanted === null && build === null) || found.wanted?.digest === found.present;
}
