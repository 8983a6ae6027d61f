/** A browser that may not see a page is led to the login, and from there back. */

import type { FastifyReply, FastifyRequest } from 'fastify';

/** A form as well: its session may have ended since the page was loaded. */
export function wantsPage({ method, headers, url }: FastifyRequest): boolean {
  const asked = headers.accept ?? '';
  const isPage = method === 'GET' ? !url.startsWith('/api/') : /^\/(actions\/|logout$)/.test(url);
  return isPage && asked.includes('text/html');
}

export function toLogin({ method, url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const next = method === 'GET' ? url : pageOf(url);
  return reply.redirect(next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`, 303);
}

/** The page that a form stands on: what it asked for is not done by logging in. */
function pageOf(action: string): string {
  if (action === '/actions/approve') return '/plans';
  return /^\/actions(\/nodes\/[^/?]+)\//.exec(action)?.[1] ?? '/';
}

/** A path of this server; `/` for anything that would lead elsewhere. */
export function nextOf(next: unknown): string {
  const isOwn = typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && next.length <= 500;
  return isOwn && !next.includes('\\') ? next : '/';
}
