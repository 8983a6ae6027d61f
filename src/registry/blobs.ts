/** Reading blobs. OCI distribution spec 1.1, "Pulling blobs"; ranges as in RFC 9110 §14. */

import type { Answer } from './answer.ts';
import { connectionError } from './connection-error.ts';
import { verified } from './digest.ts';
import { RegistryError } from './errors.ts';
import type { Descriptor } from './manifest.ts';
import { isPassing } from './patience.ts';
import type { Transport } from './transport.ts';

export interface Blobs {
  has(digest: string): Promise<boolean>;
  /** See ImageStore. A connection that breaks is opened again where it broke. */
  read(blob: Descriptor, from: number): AsyncIterable<Uint8Array>;
}

/** Times in a row that a connection may break without bringing a byte. */
const MOST_BREAKS = 3;

export function createBlobs(transport: Transport, name: string): Blobs {
  const scope = `repository:${name}:pull`;
  const path = (digest: string) => `/v2/${name}/blobs/${digest}`;

  async function* pieces({ digest, size }: Descriptor, from: number): AsyncGenerator<Uint8Array> {
    const what = `${transport.registry}/${name}@${digest}`;
    let at = from;
    for (let breaks = 0; at < size; ) {
      const before = at;
      try {
        for await (const chunk of await open({ digest, size }, at, what)) {
          at += chunk.length;
          if (at > size)
            throw new RegistryError('digest', `${what} has more than the ${size} bytes it should`);
          yield chunk;
        }
        if (at < size) throw new RegistryError('truncated', `${what} ends after ${at} of ${size} bytes`);
      } catch (error) {
        const known = connectionError(error, transport.registry, transport.signal);
        breaks = at > before ? 1 : breaks + 1;
        if (!isPassing(known.code) || breaks > MOST_BREAKS) throw known;
      }
    }
  }

  async function open(
    { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
    at: number,
    what: string,
  ): Promise<AsyncIterable<Uint8Array>> {
    const headers = at === 0 ? {} : { range: `bytes=${at}-` };
    const call = { method: 'GET', path: path(digest), scope, headers, expect: [200, 206, 416] } as const;
    const answer = await transport.call(call);
    if (answer.status === 416) {
      // distribution's registry announces a longer body than comes with this refusal.
      await answer.body.dump().catch(() => {});
      throw new RegistryError('truncated', `${what} ends after ${at} of ${size} bytes`);
    }
    if (at === 0) return answer.body;
    if (answer.status === 200) return skip(answer, at);
    const range = `${answer.headers['content-range']}`;
    if (range.startsWith(`bytes ${at}-`)) return answer.body;
    await answer.body.dump();
    throw new RegistryError('protocol', `${what}: asked for bytes from ${at}, got ${range}`);
  }

  return {
    async has(digest) {
      const answer = await transport.call({
        ...{ method: 'HEAD', path: path(digest), scope, expect: [200, 404] },
      });
      await answer.body.dump();
      return answer.status === 200;
    },
    read(blob, from) {
      const bytes = pieces(blob, from);
      return from === 0 ? verified(bytes, blob, `${transport.registry}/${name}@${blob.digest}`) : bytes;
    },
  };
}

/** For a server that knows no ranges. */
async function* skip({ body }: Answer, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (left < chunk.length) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
}
