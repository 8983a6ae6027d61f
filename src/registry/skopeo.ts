/** A repository of a registry that only skopeo gets on with: looked at, and copied from, by that program. */

import { isDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import { type Manifest, manifestOf, parse, referencesOf } from './manifest.ts';
import { type SkopeoAccess, type SkopeoProgram, skopeoHost } from './skopeo-program.ts';
import type { ImageSender, ImageStore } from './store.ts';

/** `from` is where it lies, `to` the registry that images are sent to. */
export function createSkopeoRepository(
  program: SkopeoProgram,
  from: SkopeoAccess,
  to: SkopeoAccess,
  name: string,
): ImageSender {
  const place = `${new URL(from.endpoint).host}/${name}`;
  const at = (reference: string) => `${place}${isDigest(reference) ? '@' : ':'}${reference}`;

  async function manifest(reference: string): Promise<Manifest> {
    const source = nameOf(from, name, reference);
    const bytes = await program.run(['inspect', '--raw', source], [['', from]], `look at ${at(reference)}`);
    const found = manifestOf(mediaTypeOf(bytes, at(reference)), bytes);
    if (!isDigest(reference) || found.digest === reference) return found;
    throw new RegistryError('digest', `${at(reference)} is ${found.digest}`);
  }

  async function send(digest: string, target: ImageStore & { name?: string }): Promise<number> {
    if (target.name === undefined)
      throw new RegistryError('protocol', `skopeo does not copy to ${target.place}`);
    const bytes = await missing(await manifest(digest), target);
    const [source, there] = [nameOf(from, name, digest), nameOf(to, target.name, digest)];
    const args = ['copy', '--quiet', '--all', '--preserve-digests', source, there];
    const sides: [string, SkopeoAccess][] = [
      ['src-', from],
      ['dest-', to],
    ];
    await program.run(args, sides, `copy of ${at(digest)}`);
    if (await target.head(digest)) return bytes;
    throw new RegistryError('protocol', `${target.place} has not got ${digest}, though skopeo says so`);
  }

  /** Bytes of the blobs that the target lacks. */
  async function missing(image: Manifest, target: ImageStore): Promise<number> {
    const { blobs, children } = referencesOf(image, at(image.digest));
    let bytes = 0;
    for (const { digest, size } of blobs) if (!(await target.hasBlob(digest))) bytes += size;
    for (const { digest } of children) {
      if (!(await target.head(digest))) bytes += await missing(await manifest(digest), target);
    }
    return bytes;
  }

  return {
    place,
    manifest,
    send,
    async head(reference) {
      try {
        const { bytes, ...found } = await manifest(reference);
        return { ...found, size: bytes.length };
      } catch (error) {
        if (error instanceof RegistryError && error.code === 'not-found') return null;
        throw error;
      }
    },
    async tags() {
      const args = ['list-tags', `docker://${skopeoHost(from.endpoint)}/${name}`];
      const text = await program.run(args, [['', from]], `tags of ${place}`);
      const { Tags: tags } = parse(text, `tags of ${place}`);
      return Array.isArray(tags) ? tags.map(String) : [];
    },
  };
}

function nameOf({ endpoint }: SkopeoAccess, name: string, reference: string): string {
  return `docker://${skopeoHost(endpoint)}/${name}${isDigest(reference) ? '@' : ':'}${reference}`;
}

/** skopeo hands out the bytes alone. Those of Docker say what they are; those of the OCI need not. */
function mediaTypeOf(bytes: Buffer, what: string): string {
  const { mediaType, manifests } = parse(bytes, what);
  if (typeof mediaType === 'string') return mediaType;
  return `application/vnd.oci.image.${manifests === undefined ? 'manifest' : 'index'}.v1+json`;
}
