/** Manifests of a repository. OCI distribution spec 1.1, "Pulling manifests", "Pushing manifests". */

import type { Answer } from './answer.ts';
import { isDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import { ACCEPT, type Descriptor, MAX_MANIFEST, type Manifest, manifestOf } from './manifest.ts';
import { type Transport, textOf } from './transport.ts';

export interface Manifests {
  head(reference: string): Promise<Pick<Descriptor, 'mediaType' | 'digest' | 'size'> | null>;
  get(reference: string): Promise<Manifest>;
  put(reference: string, manifest: Manifest): Promise<void>;
  /** By digest: all tags of it go too. False when it was not there. */
  remove(digest: string): Promise<boolean>;
}

export function createManifests(transport: Transport, name: string): Manifests {
  const [pull, push] = [`repository:${name}:pull`, `repository:${name}:pull,push`];
  const remove = `repository:${name}:delete`;
  const path = (reference: string) => `/v2/${name}/manifests/${reference}`;
  const at = (reference: string) =>
    `${transport.registry}/${name}${isDigest(reference) ? '@' : ':'}${reference}`;

  async function get(reference: string): Promise<Manifest> {
    const headers = { accept: ACCEPT };
    const answer = await transport.call({
      ...{ method: 'GET', path: path(reference), scope: pull, headers, expect: [200] },
    });
    const bytes = await readAll(answer, at(reference));
    const manifest = manifestOf(mediaTypeOf(answer, bytes), bytes);
    const wanted = isDigest(reference) ? reference : textOf(answer.headers['docker-content-digest']);
    if (wanted?.startsWith('sha256:') && wanted !== manifest.digest) {
      throw new RegistryError('digest', `${at(reference)} is ${manifest.digest}, not ${wanted}`);
    }
    return manifest;
  }

  return {
    get,
    async head(reference) {
      const headers = { accept: ACCEPT };
      const answer = await transport.call({
        ...{ method: 'HEAD', path: path(reference), scope: pull, headers, expect: [200, 404] },
      });
      await answer.body.dump();
      if (answer.status === 404) return null;
      const digest = textOf(answer.headers['docker-content-digest']) ?? '';
      const size = Number(textOf(answer.headers['content-length']));
      const mediaType = textOf(answer.headers['content-type']) ?? '';
      if (isDigest(digest) && Number.isSafeInteger(size)) return { mediaType, digest, size };
      // A registry need not say the digest; then the bytes do.
      const { bytes, ...manifest } = await get(reference);
      return { ...manifest, size: bytes.length };
    },
    async put(reference, { mediaType, bytes, digest }) {
      const headers = { 'content-type': mediaType };
      const answer = await transport.call({
        ...{ method: 'PUT', path: path(reference), scope: push, headers, body: bytes, expect: [201] },
      });
      await answer.body.dump();
      const stored = textOf(answer.headers['docker-content-digest']);
      if (stored?.startsWith('sha256:') && stored !== digest) {
        throw new RegistryError('digest', `${at(reference)} was stored as ${stored}, not as ${digest}`);
      }
    },
    async remove(digest) {
      const answer = await transport.call({
        ...{ method: 'DELETE', path: path(digest), scope: remove, expect: [202, 404] },
      });
      await answer.body.dump();
      return answer.status === 202;
    },
  };
}

async function readAll({ body }: Answer, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_MANIFEST) {
      throw new RegistryError('too-large', `${what} has more than ${MAX_MANIFEST} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What the server calls it; some say it only inside. */
function mediaTypeOf({ headers }: Answer, bytes: Buffer): string {
  const said = (textOf(headers['content-type']) ?? '').replace(/\s*;.*$/s, '');
  if (said !== '' && said !== 'application/json' && said !== 'application/octet-stream') return said;
  try {
    return String((JSON.parse(bytes.toString('utf8')) as { mediaType?: unknown }).mediaType ?? said);
  } catch {
    return said;
  }
}
