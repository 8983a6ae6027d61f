/** An index with only some of its platforms. */

import { RegistryError } from './errors.ts';
import { type Descriptor, isIndex, type Manifest, manifestOf, parse } from './manifest.ts';

/**
 * The manifest as it came where no platforms are asked for, or where it is no index. Else an index of its own digest, the
 * same one each time, that refers to the same images: an index may only name what is there. Platforms are
 * `linux/amd64` or `linux/arm/v7`; rejects one that is not there with `not-found`.
 */
export function onlyPlatforms(manifest: Manifest, platforms: readonly string[], what: string): Manifest {
  if (platforms.length === 0 || !isIndex(manifest)) return manifest;
  const index = parse(manifest.bytes, what);
  const all = index.manifests as Descriptor[];
  for (const platform of platforms) {
    if (all.some((child) => isFor(child, platform))) continue;
    const there = [...new Set(all.flatMap(({ platform }) => (platform ? [platformName(platform)] : [])))];
    const hint = `It has ${there.filter((name) => name !== 'unknown/unknown').join(', ')}.`;
    throw new RegistryError('not-found', `${what} has no image for ${platform}`, { hint });
  }
  const manifests = all.filter((child) => platforms.some((platform) => isFor(child, platform)));
  if (manifests.length === all.length) return manifest;
  return manifestOf(manifest.mediaType, Buffer.from(JSON.stringify({ ...index, manifests })));
}

function isFor({ platform }: Descriptor, wanted: string): boolean {
  if (!platform) return false;
  const name = platformName(platform);
  return name === wanted || name.startsWith(`${wanted}/`);
}

/** `linux/amd64`, `linux/arm/v7`. */
export function platformName({ os, architecture, variant }: NonNullable<Descriptor['platform']>): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
