/** Whether a page of this very server sends a request. */

import type { FastifyRequest } from 'fastify';

/**
 * By Fetch Metadata (W3C) where the browser sends it, else by the Origin (RFC 6454 §7.3), which is `null` for a page that gives no referrer.
 * What sends neither is no browser, or one from before 2020; the session's secret still stands between.
 */
export function isSameOrigin({ headers, protocol }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin === undefined || origin === `${protocol}://${headers.host}`;
}
