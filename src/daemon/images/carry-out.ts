/** Carries out one action on a tag: the intent is durable before, the result after (promise 8). */

import type { DesiredImage } from '../../model/desired.ts';
import type { NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { ImageAction } from '../../model/plan.ts';
import { sayBytes, shortDigest } from '../../plan/say-images.ts';
import type { Registry, Repository } from '../../registry/client.ts';
import { type Copier, createCopier } from '../../registry/copy.ts';
import type { ImageSender, ImageStore } from '../../registry/store.ts';
import { removeTag } from '../../registry/untag.ts';

export interface Work {
  action: ImageAction;
  /** Null for the prune of an image that is no longer declared. */
  image: DesiredImage | null;
  commit: string;
  own: Registry;
  upstream: ImageStore | ImageSender | null;
  onBytes(bytes: number): void;
}

type Put = Extract<NewEvent, { reason: 'ImagePut' }>;

/** Rejects with RegistryError; then the action is still to be done. */
export async function carryOut(work: Work, copier: Copier, journal: Pick<Journal, 'append'>): Promise<void> {
  const { action, own, commit } = work;
  const { image, repository: name, tag, kind, digest } = action;
  if (digest === null || kind === 'drift') return;
  const repository = own.repository(name);
  const about = { node: null, commit, actor: 'daemon' };
  const place = { image, registry: own.name, repository: name, tag };
  const intent = { ...place, action: kind, digest };
  await journal.append([{ ...about, reason: 'ImageIntent', message: action.change, data: intent }]);
  const before = (await repository.head(tag))?.digest ?? null;
  if (kind === 'prune') {
    const isOurs = before === digest;
    if (isOurs) await removeTag(repository, tag);
    const left = `${name}:${tag} is left as it is: somebody moved it to ${shortDigest(before ?? '')}`;
    const message = isOurs || before === null ? `${name}:${tag} removed` : left;
    await journal.append([{ ...about, reason: 'ImagePruned', message, data: { ...place, digest } }]);
    return;
  }
  const isHere = kind !== 'copy' && (await repository.head(digest)) !== null;
  const { from, bytes } =
    isHere || work.image?.build
      ? await retag(repository, tag, digest, work)
      : await copy(work, copier, repository, digest);
  const key = work.image?.build ? { key: work.image.build.key } : {};
  await journal.append([put({ ...place, digest, previous: before, from, bytes, ...key }, work)]);
}

/** Gives its tags to an image that was built, and is in the repository. Rejects with RegistryError. */
export async function tagBuilt(
  {
    image,
    tags,
    digest,
    ...rest
  }: Pick<Work, 'own' | 'commit'> & { image: DesiredImage; tags: readonly string[]; digest: string },
  journal: Pick<Journal, 'append'>,
): Promise<void> {
  const { name, repository, source } = image;
  for (const tag of tags) {
    const change = `tag ${repository}:${tag} with what was built`;
    const about = { image: name, repository, tag, digest, change, bytes: 0, hold: null };
    const action: ImageAction = { ...about, kind: 'build', effect: 'files', cause: { source, commit: null } };
    await carryOut({ ...rest, action, image, upstream: null, onBytes() {} }, createCopier(), journal);
  }
}

/** The event of a tag that is there. */
export function put(
  data: Omit<Put['data'], 'requiredBy'>,
  { image, commit }: Pick<Work, 'image' | 'commit'>,
): Put {
  const { repository, tag, digest, from, bytes } = data;
  const message = `${repository}:${tag} is ${shortDigest(digest)}, from ${from} (${sayBytes(bytes)} moved)`;
  const requiredBy = image?.requiredBy ?? [];
  const about = { node: null, commit, actor: 'daemon' };
  return { ...about, reason: 'ImagePut', message, data: { ...data, requiredBy } };
}

/** The image itself is there already. */
async function retag(repository: Repository, tag: string, digest: string, { image }: Work) {
  await repository.putManifest(tag, await repository.manifest(digest));
  return { from: image?.build ? `a build of ${image.build.context}` : 'what it was before', bytes: 0 };
}

async function copy(
  { image, upstream, action, onBytes }: Work,
  copier: Copier,
  target: Repository,
  digest: string,
) {
  if (!upstream || !image?.mirror) throw new Error(`image ${action.image} has no upstream to be copied from`);
  const { platforms } = image.mirror;
  const wish = image.tags.find((wish) => 'tag' in wish && wish.tag === action.tag);
  const pinned = wish && 'tag' in wish ? wish.digest : null;
  // By digest, so that what was planned is what is copied; an index of fewer platforms has none at upstream.
  const reference = platforms.length === 0 ? digest : (pinned ?? action.tag);
  const options = { source: upstream, target, reference, tag: action.tag, platforms, digest, onBytes };
  const { bytes } = await copier.copy(options);
  return { from: upstream.place, bytes };
}
