/** The cookie of a session. `__Host-` has the browser refuse one that another host, or plain HTTP, has planted. */

import type { FastifyReply, FastifyRequest } from 'fastify';

const OVER_TLS = '__Host-barewright';
const ON_LOOPBACK = 'barewright-session';

const nameFor = ({ protocol }: FastifyRequest) => (protocol === 'https' ? OVER_TLS : ON_LOOPBACK);

export function cookieOf(request: FastifyRequest): string | null {
  const value = request.cookies[nameFor(request)];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : null;
}

export function setCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  reply.setCookie(nameFor(request), value, attributesFor(request));
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(nameFor(request), attributesFor(request));
}

function attributesFor({ protocol }: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' } as const;
}
