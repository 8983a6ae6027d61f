/** One build, from the intent to the tags: the intent is durable before the builder is asked, the result after (promise 8). */

import { buildImage } from '../../build/build-image.ts';
import type { BuildLog } from '../../build/build-log.ts';
import { stagingTag, type Target } from '../../build/builder.ts';
import type { Chosen } from '../../build/choose.ts';
import { digestIn } from '../../build/dockerfile.ts';
import { BuildError } from '../../build/errors.ts';
import type { Commit, DesiredImage, ImageBuild } from '../../model/desired.ts';
import type { NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import { labelsOf } from '../../model/provenance.ts';
import { shortDigest } from '../../plan/say-images.ts';
import type { Repository } from '../../registry/client.ts';
import { RegistryError } from '../../registry/errors.ts';
import { removeTag } from '../../registry/untag.ts';
import { type BuildContext, type ContextFiles, openContext } from './build-context.ts';

export interface BuildJob {
  image: DesiredImage & { build: ImageBuild };
  commit: Commit;
  target: Target;
  signal: AbortSignal;
  log: BuildLog;
  onLine(line: string): void;
}

interface Ports {
  journal: Pick<Journal, 'append'>;
  files(): ContextFiles;
  choose(signal: AbortSignal): Promise<Chosen>;
  clock(): number;
}

/**
 * Resolves with the digest of the image, which has its own tags still to come. Rejects with BuildError or RegistryError;
 * whatever has begun has its end in the journal then.
 */
export async function buildOne(job: BuildJob, { journal, files, choose, clock }: Ports): Promise<string> {
  const { image, commit, target, signal, log } = job;
  const { name, repository, build } = image;
  const { key, tree } = build;
  const chosen = await choose(signal);
  const context = await openContext(files(), commit.id, build);
  const about = { node: null, commit: commit.id, actor: 'daemon' };
  const place = { image: name, registry: target.repository.registry, repository, key };
  const what = `${repository} from ${build.context} (tree ${tree.slice(0, 10)})`;
  const begun = `builds ${what} with ${chosen.name}`;
  await journal.append([{ ...about, reason: 'ImageBuilding', message: begun, data: { ...place, tree } }]);
  const startedAt = clock();
  const said = (): NewEvent => ({
    ...{ ...about, reason: 'ImageBuildLog', message: `what the builder of ${name} said` },
    data: { image: name, key, ...log.lines() },
  });
  try {
    const digest = await run(job, chosen, context, clock);
    const ms = clock() - startedAt;
    const message = `built ${what}: ${shortDigest(digest)}, in ${Math.round(ms / 1000)} s`;
    const data = { ...place, digest, ms };
    await journal.append([said(), { ...about, reason: 'ImageBuilt', message, data }]);
    return digest;
  } catch (error) {
    if (!(error instanceof BuildError) && !(error instanceof RegistryError)) throw error;
    const message = `${name} was not built: ${sayFailure(error, log)}`;
    const data = { image: name, key, code: error.code, ms: clock() - startedAt };
    await journal.append([said(), { ...about, reason: 'ImageBuildFailed', message, data }]);
    throw error;
  }
}

/** With the last that was said, where it is the Dockerfile that fails. */
export function sayFailure(error: BuildError | RegistryError, log: BuildLog): string {
  const quote = error.code === 'failed' || error.code === 'timeout' ? log.quote(error.message) : '';
  return quote === '' ? error.message : `${error.message} (last: ${quote})`;
}

async function run(
  { image, commit, target, signal, onLine }: BuildJob,
  { builder, name }: Chosen,
  { base, pack }: BuildContext,
  clock: () => number,
): Promise<string> {
  const { build } = image;
  const { key, tree, dockerfile, args, platforms } = build;
  const platform = platforms[0] ?? null;
  const baseDigest =
    base === '' ? null : (digestIn(base) ?? (await builder.digestOf(base, platform, signal)));
  const labels = labelsOf({
    ...{ key, tree, commit: commit.id, builder: name, time: new Date(clock()).toISOString() },
    ...{ author: `${commit.author} <${commit.email}>`, base, baseDigest: baseDigest ?? '' },
  });
  const request = { dockerfile, args, labels, platforms, target, signal, onLine };
  return buildImage(builder, { ...request, context: pack });
}

/** Takes away what a builder called the image on its way, also what a daemon that was killed has left. */
export async function clearStaging(
  { build }: Pick<BuildJob['image'], 'build'>,
  repository: Repository,
): Promise<void> {
  const platforms = build.platforms.length === 0 ? [null] : build.platforms;
  for (const tag of platforms.map(stagingTag)) {
    if (await repository.head(tag)) await removeTag(repository, tag);
  }
}
