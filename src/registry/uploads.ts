/**
 * Writing blobs: in one piece, in chunks that go on after an interruption, or by taking one over from another repository.
 * OCI distribution spec 1.1, "Pushing blobs".
 */

import type { Answer } from './answer.ts';
import { ahead, inChunks } from './chunks.ts';
import { RegistryError } from './errors.ts';
import type { Descriptor } from './manifest.ts';
import type { OnBytes } from './store.ts';
import { type Call, type Transport, textOf } from './transport.ts';
import type { UploadNotes } from './upload-notes.ts';

export interface Uploads {
  write(blob: Descriptor, read: (from: number) => AsyncIterable<Uint8Array>, onBytes: OnBytes): Promise<void>;
  /** Whether the registry took it over; an upload that it began instead is cancelled. */
  mount(blob: Descriptor, from: string): Promise<boolean>;
}

/**
 * Larger blobs go in chunks of this many bytes. Each is gathered in memory and sent at once: distribution's registry gives
 * an upload up that breaks in the middle of a chunk, so the time in which that can happen is kept short.
 */
const CHUNK = 16 * 2 ** 20;

interface Upload {
  location: string;
  offset: number;
}

export function createUploads(transport: Transport, name: string, notes: UploadNotes): Uploads {
  const scope = `repository:${name}:pull,push`;
  const start = `/v2/${name}/blobs/uploads/`;

  async function send(call: Omit<Call, 'scope'>): Promise<Answer> {
    const answer = await transport.call({ ...call, scope });
    await answer.body.dump();
    return answer;
  }

  function locationOf({ headers }: Answer): string {
    const location = textOf(headers.location);
    if (location === undefined) {
      throw new RegistryError('protocol', `${transport.registry} begins an upload without saying where`);
    }
    return location;
  }

  async function begin(): Promise<Upload> {
    const answer = await send({ method: 'POST', path: start, expect: [202] });
    return { location: locationOf(answer), offset: 0 };
  }

  /** The upload that a note speaks of, when the registry still has it as it was. */
  async function resume(key: string): Promise<Upload | null> {
    const note = await notes.read(key);
    if (!note) return null;
    try {
      const answer = await send({ method: 'GET', path: note.location, expect: [204] });
      const has = Number(/^0-(\d+)$/.exec(textOf(answer.headers.range) ?? '')?.[1] ?? -1) + 1;
      if (has === note.offset)
        return { location: textOf(answer.headers.location) ?? note.location, offset: has };
    } catch (error) {
      if (!(error instanceof RegistryError) || !STALE.has(error.code)) throw error;
    }
    await notes.remove(key);
    return null;
  }

  async function finish({ location }: Upload, { digest }: Descriptor, body: Uint8Array): Promise<void> {
    const path = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
    const headers = { 'content-type': 'application/octet-stream' };
    await send({ method: 'PUT', path, headers, body, expect: [201], once: true });
  }

  async function inOnePiece(blob: Descriptor, stream: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of stream) pieces.push(piece);
    await finish(await begin(), blob, Buffer.concat(pieces));
  }

  async function chunked(upload: Upload, key: string, stream: AsyncIterable<Uint8Array>, onBytes: OnBytes) {
    let now = upload;
    for await (const body of ahead(inChunks(stream, CHUNK))) {
      const end = now.offset + body.length;
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `${now.offset}-${end - 1}`,
      };
      const call = { method: 'PATCH', path: now.location, headers, body, expect: [202], once: true } as const;
      const answer = await send(call);
      now = { location: locationOf(answer), offset: end };
      await notes.write(key, now);
      onBytes(body.length);
    }
    return now;
  }

  return {
    async write(blob, read, onBytes) {
      if (blob.size <= CHUNK) {
        await inOnePiece(blob, read(0));
        onBytes(blob.size);
        return;
      }
      const key = `${transport.registry}/${name}@${blob.digest}`;
      const upload = (await resume(key)) ?? (await begin());
      onBytes(upload.offset);
      const whole = await chunked(upload, key, read(upload.offset), onBytes);
      // Whatever is wrong with these bytes, they are not sent on to once more.
      await notes.remove(key);
      await finish(whole, blob, new Uint8Array());
    },
    async mount({ digest }, from) {
      const path = `${start}?mount=${digest}&from=${encodeURIComponent(from)}`;
      const answer = await transport.call({
        ...{ method: 'POST', path, scope: `${scope} repository:${from}:pull`, expect: [201, 202] },
      });
      await answer.body.dump();
      if (answer.status === 202)
        await send({ method: 'DELETE', path: locationOf(answer), expect: [204, 404, 405] });
      return answer.status === 201;
    },
  };
}

const STALE = new Set<string>(['upload-lost', 'not-found', 'refused', 'server', 'unsupported']);
