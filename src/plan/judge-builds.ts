/** What the tags of an image that is built need: a build, or a tag on what was built before. Pure. */

import type { DesiredImage, ImageBuild } from '../model/desired.ts';
import { type ImageKnowledge, placeOf } from '../model/images.ts';
import type { Cause, ImageAction } from '../model/plan.ts';
import { type ImagesInput, observationOf } from './image-names.ts';
import { shortDigest } from './say-images.ts';

interface BuildInput {
  image: DesiredImage;
  build: ImageBuild;
  registry: string;
  known: ImageKnowledge;
  cause: Cause;
  input: ImagesInput;
}

/** One build for all tags that need it. */
export function judgeBuild(asked: BuildInput): ImageAction[] {
  const { image, build, registry, known } = asked;
  const tags = image.tags.flatMap((wish) => ('tag' in wish ? [wish.tag] : []));
  const keptOf = (tag: string) => {
    const put = known.memory.kept.get(placeOf(registry, image.repository, tag));
    return put?.key === build.key ? put.digest : null;
  };
  const observation = observationOf(image, known);
  if (!observation) {
    // Not looked at: what was put there last is taken for what is there.
    const lacking = tags.filter((tag) => keptOf(tag) === null);
    if (lacking.length === 0) return [];
    if (lacking.length === tags.length) return [buildAction(asked, lacking, '')];
    return lacking.map((tag) =>
      tagAction(asked, tag, null, 'retag', `tag ${image.repository}:${tag}, built already`),
    );
  }
  // Unknown is a value: nothing is done on the strength of it.
  if (observation.problem !== null) return [];
  const actions: ImageAction[] = [];
  const lacking: string[] = [];
  let lost = '';
  for (const [tag, found] of observation.tags) {
    const { present } = found;
    const put = keptOf(tag);
    if (present === 'unknown' || present === found.wanted?.digest) continue;
    const drift = put === null || put === present ? '' : sayDrift(`${image.repository}:${tag}`, put, present);
    if (drift !== '' && asked.input.site.policy.images === 'report') {
      actions.push(
        tagAction(asked, tag, found.wanted?.digest ?? null, 'drift', `${drift} (policy.images is report)`),
      );
    } else if (found.wanted === null) {
      lacking.push(tag);
      lost ||= drift;
    } else {
      const change = drift === '' ? `tag ${image.repository}:${tag}, built already` : `${drift}: put back`;
      actions.push(tagAction(asked, tag, found.wanted.digest, 'retag', change));
    }
  }
  return lacking.length === 0 ? actions : [buildAction(asked, lacking, lost), ...actions];
}

function sayDrift(name: string, put: string, present: string | null): string {
  return present === null
    ? `${name} was removed by somebody`
    : `${name} was moved by somebody: ${shortDigest(put)} → ${shortDigest(present)}`;
}

function buildAction(
  { image, build, cause }: BuildInput,
  tags: readonly string[],
  lost: string,
): ImageAction {
  const { name, repository, source } = image;
  const names = tags.map((tag) => `${repository}:${tag}`).join(', ');
  const of = build.tree === '' ? '' : ` (tree ${build.tree.slice(0, 10)})`;
  const where = build.platforms.length === 0 ? '' : ` for ${build.platforms.join(', ')}`;
  const change = `build ${names} from ${build.context}${of}${where}`;
  return {
    ...{ image: name, kind: 'build', effect: 'files', repository, tag: tags[0] ?? '', digest: null },
    ...{ tags: [...tags], bytes: null, change: lost === '' ? change : `${lost}: ${change}`, hold: null },
    cause: lost === '' ? cause : { source, commit: null },
  };
}

function tagAction(
  { image, cause }: BuildInput,
  tag: string,
  digest: string | null,
  kind: 'retag' | 'drift',
  change: string,
): ImageAction {
  const { name, repository } = image;
  const effect = kind === 'drift' ? 'none' : 'files';
  return {
    ...{ image: name, kind, effect, repository, tag, digest, bytes: 0 },
    ...{ change, cause, hold: null },
  };
}
