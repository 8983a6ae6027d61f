/** What the own registry needs to hold what Git declares, tag by tag. The same call makes the plan and admits the act. */

import type { DesiredImage, Site } from '../model/desired.ts';
import {
  type ImageKnowledge,
  type KeptTag,
  newImageMemory,
  placeOf,
  type TagObservation,
} from '../model/images.ts';
import type { Cause, ImageAction } from '../model/plan.ts';
import { type ImagesInput, observationOf, ownRegistry, upstreamName } from './image-names.ts';
import { judgeBuild } from './judge-builds.ts';
import { judgePrunes } from './judge-prunes.ts';
import { sayBytes, shortDigest } from './say-images.ts';

/** Nothing where the site declares no registry of its own. */
export function judgeImages(input: ImagesInput): ImageAction[] {
  const { site, knowledge } = input;
  const registry = ownRegistry(site);
  if (registry === null) return [];
  const known = knowledge ?? assumeKept(input.previous, registry);
  const actions = [...site.images.values()].flatMap((image) => judgeImage(image, registry, known, input));
  return [...actions, ...judgePrunes(registry, known, input)];
}

/** Without anything observed: what was declared before was put there, and is there. */
function assumeKept(previous: Site | null, registry: string): ImageKnowledge {
  const kept = new Map<string, KeptTag>();
  const isSame = previous !== null && ownRegistry(previous) === registry;
  for (const { name: image, repository, tags, requiredBy, build } of isSame ? previous.images.values() : []) {
    for (const wish of tags) {
      const tag = 'tag' in wish ? wish.tag : wish.range;
      const digest = 'tag' in wish ? (wish.digest ?? '') : '';
      const about = { image, registry, repository, tag, digest, requiredBy };
      kept.set(placeOf(registry, repository, tag), { ...about, key: build?.key ?? null });
    }
  }
  return { observed: new Map(), memory: { ...newImageMemory(), kept } };
}

function judgeImage(
  image: DesiredImage,
  registry: string,
  known: ImageKnowledge,
  input: ImagesInput,
): ImageAction[] {
  const { mirror, build, repository, tags: wishes } = image;
  const cause = causeOf(image, input);
  if (build) return judgeBuild({ image, build, registry, known, cause, input });
  if (!mirror) return [];
  const observation = observationOf(image, known);
  const unseen = wishes.flatMap((wish): ImageAction[] => {
    const tag = 'tag' in wish ? wish.tag : wish.range;
    const isSeen = 'tag' in wish ? observation?.tags.has(tag) : observation?.ranges.has(tag);
    const put = known.memory.kept.get(placeOf(registry, repository, tag));
    const digest = 'tag' in wish ? wish.digest : null;
    // What cannot be asked now is left; so is what the commit before had put there.
    if (isSeen || (observation && input.knowledge) || (put && (digest ?? put.digest) === put.digest))
      return [];
    const change = `copy ${repository}:${tag} from ${upstreamName(mirror)}`;
    const fields = { image: image.name, repository, tag, digest, bytes: null };
    return [{ ...fields, kind: 'copy', effect: 'files', change, cause, hold: null }];
  });
  const seen = [...(observation?.tags ?? [])].flatMap(([tag, found]) => {
    const put = known.memory.kept.get(placeOf(registry, repository, tag)) ?? null;
    return judgeTag(image, tag, found, put, cause, input);
  });
  return [...unseen, ...seen];
}

function judgeTag(
  image: DesiredImage,
  tag: string,
  { wanted, present }: TagObservation,
  put: KeptTag | null,
  cause: Cause,
  { site }: ImagesInput,
): ImageAction[] {
  // Unknown is a value: nothing is done on the strength of it.
  if (wanted === null || present === 'unknown' || present === wanted.digest || !image.mirror) return [];
  const { repository } = image;
  const name = `${repository}:${tag}`;
  const { digest } = wanted;
  const fields = { image: image.name, repository, tag, digest, hold: null };
  const size = `(${sayBytes(wanted.bytes)})`;
  if (put && put.digest === digest) {
    const drift =
      present === null
        ? `${name} was removed by somebody`
        : `${name} was moved by somebody: ${shortDigest(digest)} → ${shortDigest(present)}`;
    const bytes = present === null ? wanted.bytes : 0;
    const about = { ...fields, cause: { source: image.source, commit: null } };
    if (site.policy.images === 'report') {
      return [
        { ...about, bytes, kind: 'drift', effect: 'none', change: `${drift} (policy.images is report)` },
      ];
    }
    return present === null
      ? [{ ...about, bytes, kind: 'copy', effect: 'files', change: `${drift}: copied again ${size}` }]
      : [{ ...about, bytes, kind: 'retag', effect: 'files', change: `${drift}: put back` }];
  }
  const from = upstreamName(image.mirror);
  const change =
    present === null
      ? `copy ${name} from ${from} ${size}`
      : `copy ${name} again from ${from}: ${shortDigest(present)} → ${shortDigest(digest)} ${size}`;
  return [{ ...fields, bytes: wanted.bytes, kind: 'copy', effect: 'files', change, cause }];
}

function causeOf({ name, source, build }: DesiredImage, { previous, causeOf }: ImagesInput): Cause {
  const before = previous?.images.get(name);
  const isNew = previous !== null && (before === undefined || before.build?.key !== build?.key);
  return { source, commit: isNew ? causeOf(source) : null };
}
