/** Takes a stream into a file, and compares its digest on the way. */

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NetbootError } from './errors.ts';

export interface OpenSource {
  /** Bytes that are to come, where the source says so. */
  size: number | null;
  body: Readable;
}

interface Wanted {
  /** Where the bytes go; it must not exist. */
  part: string;
  sha256: string;
  maxBytes: number;
  /** Whether a wrong digest may be said: that of a file of the daemon's machine could be one of a secret. */
  tellDigest: boolean;
  signal: AbortSignal;
}

/** Resolves with the number of bytes once they are on the disk and are what they should be. */
export async function receive(
  { size, body }: OpenSource,
  { part, sha256, maxBytes, tellDigest, signal }: Wanted,
): Promise<number> {
  const hash = createHash('sha256');
  let bytes = 0;

  async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      yield chunk;
    }
  }

  if (size !== null && size > maxBytes) {
    body.on('error', () => {}).destroy();
    throw tooLarge(maxBytes);
  }
  const file = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(body, measured, file, { signal });
  if (size !== null && bytes !== size) {
    throw new NetbootError('unreachable', `it ended after ${bytes} of ${size} bytes`);
  }
  const digest = hash.digest('hex');
  if (digest !== sha256) {
    const is = tellDigest ? digest : 'another';
    throw new NetbootError('digest', `its SHA-256 is ${is}, not ${sha256} (${bytes} bytes)`);
  }
  return bytes;
}

function tooLarge(maxBytes: number): NetbootError {
  return new NetbootError('too-large', `it is larger than the ${maxBytes} bytes that are taken`);
}
