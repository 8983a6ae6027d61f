/** How the control plane answers where there is nothing to show, and where something was done. */

import type { FastifyReply } from 'fastify';
import type { ApiErrorCode, Done } from '../model/api.ts';

const STATUS: Record<ApiErrorCode, number> = {
  'not-found': 404,
  unauthorized: 401,
  forbidden: 403,
  'bad-request': 400,
  conflict: 409,
  outdated: 409,
  'too-many': 429,
  'not-ready': 503,
  internal: 500,
};

export function fail(reply: FastifyReply, code: ApiErrorCode, message: string, hint?: string): FastifyReply {
  return reply.code(STATUS[code]).send({ error: { code, message, ...(hint ? { hint } : {}) } });
}

export function notReady(reply: FastifyReply): FastifyReply {
  return fail(reply, 'not-ready', 'no commit is in force yet', 'see: barewright status');
}

/** For routes that have nothing to say of a site before a commit is in force. */
export function whenReady({ isReady }: { isReady(): boolean }) {
  return async (_request: unknown, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    isReady() ? undefined : notReady(reply);
}

export async function done(work: Promise<void>): Promise<Done> {
  await work;
  return { ok: true };
}

/** An error that knows what to answer. */
export function isCoded(error: unknown): error is { code: ApiErrorCode; message: string; hint?: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code in STATUS;
}
