/** Bodies as they came, byte for byte: what is signed is not what a parser makes of it. */

import type { FastifyInstance, FastifyRequest } from 'fastify';

export const SIGNATURE = 'x-barewright-signature';

const bodies = new WeakMap<FastifyRequest, Buffer>();

/** Has the JSON parser keep what it was given. */
export function keepBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    bodies.set(request, body);
    parse(request, body.toString('utf8'), done);
  });
}

export function signedBody(request: FastifyRequest): { body: Uint8Array; signature: string | null } {
  const signature = request.headers[SIGNATURE];
  return {
    body: bodies.get(request) ?? new Uint8Array(),
    signature: typeof signature === 'string' ? signature : null,
  };
}
