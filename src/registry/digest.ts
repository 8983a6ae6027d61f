/** Content digests, `sha256:` and 64 hexadecimal digits (OCI image spec, "Digests"). */

import { createHash } from 'node:crypto';
import { RegistryError } from './errors.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The 64 digits. Throws RegistryError `digest` for anything else: it may become part of a path. */
export function hexOf(digest: string): string {
  if (!DIGEST.test(digest)) throw new RegistryError('digest', `${digest} is no SHA-256 digest`);
  return digest.slice('sha256:'.length);
}

export interface Expected {
  digest: string;
  /** Bytes. */
  size: number;
}

/** Passes chunks on and holds the whole against digest and size; throws RegistryError `truncated` or `digest` at the end. */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  { digest, size }: Expected,
  what: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > size) throw new RegistryError('digest', `${what} has more than the ${size} bytes it should`);
    hash.update(chunk);
    yield chunk;
  }
  if (bytes < size) throw new RegistryError('truncated', `${what} ends after ${bytes} of ${size} bytes`);
  const is = `sha256:${hash.digest('hex')}`;
  if (is !== digest) throw new RegistryError('digest', `${what} is ${is}, not ${digest}`);
}
