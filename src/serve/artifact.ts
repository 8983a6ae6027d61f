/** One stored file over HTTP: GET and HEAD, ranges, and an ETag that is its digest, so that it never goes stale. */

import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseRange } from './range.ts';

export interface Artifact {
  sha256: string;
  /** Bytes. */
  size: number;
  read(range: { start: number; end: number }): Promise<Readable>;
}

export const DIGEST = /^[0-9a-f]{64}$/;

/** Answers with the file, a part of it, or nothing but its headers. The bytes are streamed, never held. */
export async function sendArtifact(
  request: FastifyRequest,
  reply: FastifyReply,
  { sha256, size, read }: Artifact,
) {
  const etag = `"${sha256}"`;
  reply.header('etag', etag);
  reply.header('accept-ranges', 'bytes');
  reply.header('cache-control', 'public, max-age=31536000, immutable');
  if (names(request.headers['if-none-match'], etag)) return reply.code(304).send();

  const { range: wanted, 'if-range': ifRange } = request.headers;
  const range = ifRange === undefined || ifRange === etag ? parseRange(wanted, size) : null;
  if (range === 'unsatisfiable') {
    return reply
      .code(416)
      .header('content-range', `bytes */${size}`)
      .type('text/plain')
      .send('no such range\n');
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  reply.type('application/octet-stream');
  reply.header('content-length', end - start + 1);
  if (request.method === 'HEAD' || size === 0) return reply.send();
  return reply.send(await read({ start, end }));
}

function names(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false;
}
