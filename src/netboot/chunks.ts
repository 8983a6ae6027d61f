/** Files in pieces of 1 MiB, kept in memory for a while: machines that boot together ask for the same ones. */

import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';

export interface Chunks {
  /** Bytes `start` to `end` of a file, both included. Destroy it to stop early. */
  stream(path: string, range: { start: number; end: number }): Readable;
}

const CHUNK = 1 << 20;

/** Keeps at most so many pieces, those that were asked for last. What is read must never change. */
export function createChunks(most = 64): Chunks {
  const kept = new Map<string, Promise<Buffer>>();

  /** One read for all that ask meanwhile. One that failed is tried again by the next. */
  function chunk(path: string, index: number): Promise<Buffer> {
    const key = `${path} ${index}`;
    const found = kept.get(key);
    const bytes = found ?? read(path, index * CHUNK);
    kept.delete(key);
    kept.set(key, bytes);
    if (!found) bytes.catch(() => kept.delete(key));
    const [oldest = ''] = kept.keys();
    if (kept.size > most) kept.delete(oldest);
    return bytes;
  }

  async function* pieces(path: string, start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at <= end; ) {
      const index = Math.floor(at / CHUNK);
      const bytes = await chunk(path, index);
      const piece = bytes.subarray(at - index * CHUNK, end + 1 - index * CHUNK);
      if (piece.length === 0) throw new Error(`${path} is shorter than it was`);
      yield piece;
      at += piece.length;
    }
  }

  return {
    stream: (path, { start, end }) =>
      Readable.from(pieces(path, start, end), { objectMode: false, highWaterMark: CHUNK }),
  };
}

async function read(path: string, position: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    let filled = 0;
    while (filled < CHUNK) {
      const { bytesRead } = await handle.read(buffer, filled, CHUNK - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}
