/**
 * Artifacts by digest. A file under its final name was fetched whole and is what its name says: it gets the name only
 * after its digest was compared and its bytes are on the disk.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ArtifactSpec } from '../model/site.ts';
import { createChunks } from './chunks.ts';
import { NetbootError, netbootError } from './errors.ts';
import { receive } from './receive.ts';
import { createSources, type Sources } from './sources.ts';

export interface StoredArtifact {
  sha256: string;
  /** Bytes. */
  size: number;
  /** Bytes `start` to `end`, both included, within the size. Destroy it to stop early. */
  read(range: { start: number; end: number }): Promise<Readable>;
}

export interface NetbootStore {
  /**
   * Fetches what is not there yet; callers that ask for one digest at once share one fetch, the first one's source.
   * Rejects with NetbootError.
   */
  ensure(artifact: ArtifactSpec): Promise<StoredArtifact>;
  find(sha256: string): StoredArtifact | null;
  /** Ends fetches that are under way; they reject. */
  close(): Promise<void>;
}

export interface StoreOptions {
  directory: string;
  /** Larger artifacts are refused, in bytes. */
  maxBytes?: number;
  sources?: Sources;
}

const DIGEST = /^[0-9a-f]{64}$/;
/** 64 GiB: beyond any disk image that is worth sending to a rack. */
const MAX_BYTES = 2 ** 36;

/** Opens the store and sweeps out what interrupted fetches have left. */
export async function openNetbootStore({
  directory,
  maxBytes = MAX_BYTES,
  sources = createSources(),
}: StoreOptions): Promise<NetbootStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stored = new Map<string, StoredArtifact>();
  const chunks = createChunks();
  const artifactAt = (path: string, sha256: string, size: number): StoredArtifact => ({
    ...{ sha256, size },
    read: async (range) => chunks.stream(path, range),
  });
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (DIGEST.test(name)) stored.set(name, artifactAt(path, name, (await stat(path)).size));
    else if (name.endsWith('.part')) await rm(path, { force: true });
  }
  const fetches = new Map<string, Promise<StoredArtifact>>();
  const ending = new AbortController();

  async function fetch(artifact: ArtifactSpec): Promise<StoredArtifact> {
    const { sha256 } = artifact;
    if (!DIGEST.test(sha256)) throw new NetbootError('digest', `${sha256} is no SHA-256 digest`);
    const part = join(directory, `${sha256}.${randomBytes(6).toString('hex')}.part`);
    try {
      const source = await sources.open(artifact, ending.signal);
      const tellDigest = artifact.file === undefined;
      const { signal } = ending;
      const size = await receive(source, { part, sha256, maxBytes, tellDigest, signal });
      const path = join(directory, sha256);
      await rename(part, path);
      await sync(directory);
      const found = artifactAt(path, sha256, size);
      stored.set(sha256, found);
      return found;
    } catch (error) {
      await rm(part, { force: true });
      throw ending.signal.aborted ? new NetbootError('closed', 'the daemon stops') : netbootError(error);
    }
  }

  return {
    find: (sha256) => stored.get(sha256) ?? null,
    ensure(artifact) {
      const { sha256 } = artifact;
      const found = stored.get(sha256);
      if (found) return Promise.resolve(found);
      const fetching = fetches.get(sha256);
      if (fetching) return fetching;
      const begun = fetch(artifact).finally(() => fetches.delete(sha256));
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
