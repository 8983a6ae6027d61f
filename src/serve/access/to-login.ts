/** A browser that may not see a page is led to the login, and from there back. */

import type { FastifyReply, FastifyRequest } from 'fastify';

export function wantsPage({ method, headers, url }: FastifyRequest): boolean {
  const asked = headers.accept ?? '';
  return method === 'GET' && asked.includes('text/html') && !url.startsWith('/api/');
}

export function toLogin({ url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.redirect(url === '/' ? '/login' : `/login?next=${encodeURIComponent(url)}`, 303);
}

/** A path of this server; `/` for anything that would lead elsewhere. */
export function nextOf(next: unknown): string {
  const isOwn = typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && next.length <= 500;
  return isOwn && !next.includes('\\') ? next : '/';
}
