/**
 * Artifacts by digest. A file under its final name was fetched whole and is what its name says: it gets the name only
 * after its digest was compared and its bytes are on the disk. What was made of a qcow2 image bears the digest of that,
 * a hyphen, and its own.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ArtifactSpec, DiskImageSpec } from '../model/site.ts';
import { createChunks } from './chunks.ts';
import { NetbootError, netbootError } from './errors.ts';
import { convertQcow2 } from './qcow2.ts';
import { receive } from './receive.ts';
import { createSources, type Sources } from './sources.ts';

export interface StoredArtifact {
  /** Of what is read here; for a converted image, not the digest that it was asked for by. */
  sha256: string;
  /** Bytes. */
  size: number;
  /** Where it lies; it never changes. */
  path: string;
  /** Bytes `start` to `end`, both included, within the size. Destroy it to stop early. */
  read(range: { start: number; end: number }): Promise<Readable>;
}

/** What a profile declares; only images have a format. */
export type Artifact = ArtifactSpec & Partial<Pick<DiskImageSpec, 'format'>>;

export interface NetbootStore {
  /**
   * Fetches what is not there yet, and converts a qcow2 image; callers that ask for one digest at once share one fetch,
   * the first one's source. Rejects with NetbootError.
   */
  ensure(artifact: Artifact): Promise<StoredArtifact>;
  /** By the digest that a profile names: what is served for it. */
  find(artifact: Artifact): StoredArtifact | null;
  /** Ends fetches that are under way; they reject. */
  close(): Promise<void>;
}

export interface StoreOptions {
  directory: string;
  /** Larger artifacts are refused, in bytes. */
  maxBytes?: number;
  sources?: Sources;
  /** Converts qcow2 images; from the package qemu-utils. */
  qemuImg?: string;
}

const DIGEST = /^[0-9a-f]{64}$/;
const CONVERTED = /^([0-9a-f]{64})-([0-9a-f]{64})$/;
/** 64 GiB: beyond any disk image that is worth sending to a rack. */
const MAX_BYTES = 2 ** 36;

/** Opens the store and sweeps out what interrupted fetches have left. */
export async function openNetbootStore({
  directory,
  maxBytes = MAX_BYTES,
  sources = createSources(),
  qemuImg = 'qemu-img',
}: StoreOptions): Promise<NetbootStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stored = new Map<string, StoredArtifact>();
  const chunks = createChunks();
  const artifactAt = (path: string, sha256: string, size: number): StoredArtifact => ({
    ...{ sha256, size, path },
    read: async (range) => chunks.stream(path, range),
  });
  const converted = new Map<string, StoredArtifact>();
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const [, source, own] = CONVERTED.exec(name) ?? [];
    if (source && own) converted.set(source, artifactAt(path, own, (await stat(path)).size));
    else if (DIGEST.test(name)) stored.set(name, artifactAt(path, name, (await stat(path)).size));
    else if (name.endsWith('.part')) await rm(path, { force: true });
  }
  const fetches = new Map<string, Promise<StoredArtifact>>();
  const ending = new AbortController();
  const { signal } = ending;

  const find = ({ sha256, format }: Artifact) =>
    (format === 'qcow2' ? converted.get(sha256) : stored.get(sha256)) ?? null;

  /** Runs with the name of a file that is gone afterwards, unless it was given another name. */
  async function withPart<T>(sha256: string, work: (part: string) => Promise<T>): Promise<T> {
    const part = join(directory, `${sha256}.${randomBytes(6).toString('hex')}.part`);
    try {
      return await work(part);
    } catch (error) {
      await rm(part, { force: true });
      throw signal.aborted ? new NetbootError('closed', 'the daemon stops') : netbootError(error);
    }
  }

  async function keep(part: string, name: string, sha256: string, size: number): Promise<StoredArtifact> {
    const path = join(directory, name);
    await rename(part, path);
    await sync(directory);
    return artifactAt(path, sha256, size);
  }

  async function fetch(artifact: Artifact): Promise<StoredArtifact> {
    const { sha256 } = artifact;
    if (!DIGEST.test(sha256)) throw new NetbootError('digest', `${sha256} is no SHA-256 digest`);
    return withPart(sha256, async (part) => {
      const source = await sources.open(artifact, signal);
      const tellDigest = artifact.file === undefined;
      const size = await receive(source, { part, sha256, maxBytes, tellDigest, signal });
      const found = await keep(part, sha256, sha256, size);
      stored.set(sha256, found);
      return found;
    });
  }

  async function convert(artifact: Artifact): Promise<StoredArtifact> {
    const { sha256: source } = artifact;
    if (!stored.has(source)) await fetch(artifact);
    const from = join(directory, source);
    return withPart(source, async (part) => {
      const made = await convertQcow2({ from, part, maxBytes, program: qemuImg, signal });
      const found = await keep(part, `${source}-${made.sha256}`, made.sha256, made.size);
      converted.set(source, found);
      // Nobody asks for it any more.
      stored.delete(source);
      await rm(from, { force: true });
      return found;
    });
  }

  return {
    find,
    ensure(artifact) {
      const { sha256, format } = artifact;
      const found = find(artifact);
      if (found) return Promise.resolve(found);
      const fetching = fetches.get(sha256);
      if (fetching) return fetching;
      const begun = (format === 'qcow2' ? convert : fetch)(artifact).finally(() => fetches.delete(sha256));
      fetches.set(sha256, begun);
      return begun;
    },
    async close() {
      ending.abort();
      await Promise.allSettled(fetches.values());
      await sources.close();
    },
  };
}

/** A renamed file outlives a power cut only when its directory is on the disk too. */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
