/** Builds an image for each of its platforms, and makes one of them where there are several. */

import { isIndex, type Manifest, manifestOf, OCI_INDEX } from '../registry/manifest.ts';
import type { Builder, BuildRequest } from './builder.ts';
import { BuildError } from './errors.ts';

export type ImageRequest = Omit<BuildRequest, 'platform'> & { platforms: readonly string[] };

const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** Resolves with the digest of what is in the repository then. Rejects as Builder does. */
export async function buildImage(builder: Builder, request: ImageRequest): Promise<string> {
  const { platforms, onLine, target } = request;
  const built: { platform: string; digest: string }[] = [];
  for (const platform of platforms) {
    onLine(`for ${platform}:`);
    built.push({ platform, digest: await builder.build({ ...request, platform }) });
  }
  const [only] = built;
  if (!only) return builder.build({ ...request, platform: null });
  if (built.length === 1) return only.digest;
  const children = await Promise.all(
    built.map(async ({ platform, digest }) => {
      const found = await target.repository.head(digest);
      if (found) return { ...found, platform: platformOf(platform) };
      throw new BuildError('push', `${target.repository.place} has lost ${digest}, which was just built`);
    }),
  );
  const index = indexOf(children);
  await target.repository.putManifest(index.digest, index);
  return index.digest;
}

/** Of the kind that its images are: an OCI index, or Docker's manifest list. */
function indexOf(manifests: (Pick<Manifest, 'mediaType' | 'digest'> & { size: number })[]): Manifest {
  const isDocker = manifests.every(({ mediaType }) => mediaType.startsWith('application/vnd.docker.'));
  const mediaType = isDocker ? DOCKER_LIST : OCI_INDEX;
  const index = manifestOf(
    mediaType,
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })),
  );
  if (!isIndex(index)) throw new Error(`${mediaType} is no index`);
  return index;
}

function platformOf(text: string) {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
