/** An OCI image layout, a directory, as a store of images. OCI image spec 1.1, "Image Layout Specification". */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, isDigest, verified } from './digest.ts';
import { RegistryError } from './errors.ts';
import { type Descriptor, type Manifest, manifestOf, OCI_INDEX, parse } from './manifest.ts';
import type { ImageStore, OnBytes } from './store.ts';

const TAG = 'org.opencontainers.image.ref.name';

/** Makes the directory where it is not there. Tags are the layout's reference names. */
export async function openLayout(directory: string): Promise<ImageStore> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const pathOf = (digest: string) => join(blobs, hexOf(digest));
  let writing: Promise<void> = Promise.resolve();

  async function entries(): Promise<Descriptor[]> {
    const text = await readFile(join(directory, 'index.json')).catch(whenMissing);
    return text ? (parse(text, join(directory, 'index.json')).manifests as Descriptor[]) : [];
  }

  async function find(reference: string): Promise<Descriptor | null> {
    const all = await entries();
    const tagged = all.find(({ annotations, digest }) => (annotations?.[TAG] ?? digest) === reference);
    if (tagged || !isDigest(reference)) return tagged ?? null;
    const known = all.find(({ digest }) => digest === reference);
    if (known) return known;
    // A child of an index: its bytes say what it is.
    const bytes = await readFile(pathOf(reference)).catch(whenMissing);
    if (!bytes) return null;
    const mediaType = String(parse(bytes, pathOf(reference)).mediaType ?? '');
    return { mediaType, digest: reference, size: bytes.length };
  }

  async function tag(reference: string, { mediaType, digest, bytes }: Manifest): Promise<void> {
    const annotations = isDigest(reference) ? {} : { annotations: { [TAG]: reference } };
    const entry: Descriptor = { mediaType, digest, size: bytes.length, ...annotations };
    const others = (await entries()).filter(
      (other) => (other.annotations?.[TAG] ?? other.digest) !== reference,
    );
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [...others, entry] };
    await replace(join(directory, 'index.json'), JSON.stringify(index));
  }

  return {
    place: directory,
    async head(reference) {
      const found = await find(reference);
      return found && { mediaType: found.mediaType, digest: found.digest, size: found.size };
    },
    async manifest(reference) {
      const found = await find(reference);
      if (!found) throw new RegistryError('not-found', `${directory} has no ${reference}`);
      const manifest = manifestOf(found.mediaType, await readFile(pathOf(found.digest)));
      if (manifest.digest === found.digest) return manifest;
      throw new RegistryError('digest', `${pathOf(found.digest)} is ${manifest.digest}`);
    },
    putManifest(reference, manifest) {
      const done = writing.then(async () => {
        await replace(pathOf(manifest.digest), manifest.bytes);
        // Children are found by their digest; the index names what people ask for.
        if (!isDigest(reference)) await tag(reference, manifest);
      });
      writing = done.catch(() => {});
      return done;
    },
    tags: async () => (await entries()).flatMap(({ annotations }) => annotations?.[TAG] ?? []),
    hasBlob: async (digest) => (await stat(pathOf(digest)).catch(whenMissing)) !== null,
    readBlob(blob, from) {
      const path = pathOf(blob.digest);
      const bytes = createReadStream(path, { start: from, highWaterMark: 1 << 20 });
      return from === 0 ? verified(bytes, blob, path) : bytes;
    },
    writeBlob: (blob, read, onBytes) => writeBlob(pathOf(blob.digest), blob, read, onBytes),
    mountBlob: async () => false,
  };
}

/** A part that was cut off is read again, for its digest, and gone on with. */
async function writeBlob(
  path: string,
  { digest, size }: Descriptor,
  read: (from: number) => AsyncIterable<Uint8Array>,
  onBytes: OnBytes,
): Promise<void> {
  const part = `${path}.part`;
  const hash = createHash('sha256');
  const file = await open(part, 'a');
  try {
    const from = (await file.stat()).size;
    if (from > 0) for await (const chunk of createReadStream(part)) hash.update(chunk);
    onBytes(from);
    let at = from;
    if (at < size) {
      for await (const chunk of read(from)) {
        hash.update(chunk);
        await file.write(chunk);
        at += chunk.length;
        onBytes(chunk.length);
      }
    }
    if (at < size) throw new RegistryError('truncated', `${path} ends after ${at} of ${size} bytes`);
    const is = `sha256:${hash.digest('hex')}`;
    if (is !== digest) {
      await file.truncate(0);
      throw new RegistryError('digest', `what was to be ${path} is ${is}`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}

async function replace(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}.new`, content, { flush: true });
  await rename(`${path}.new`, path);
}

function whenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
