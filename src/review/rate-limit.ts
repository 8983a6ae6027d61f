/** Until when a forge wants to be left alone. Pure. */

import { retryAfter } from '../model/retry-after.ts';

/** Where a limit is told without a time: GitHub asks for a minute at least (docs, "Best practices for using the REST API"). */
const UNTOLD = 60_000;

/**
 * ms since the epoch; null where the answer is no rate limit. 429 with Retry-After or RateLimit-Reset (GitLab); 403 or 429 with
 * `x-ratelimit-remaining: 0` and `x-ratelimit-reset`, or with Retry-After, or that names a secondary limit (GitHub).
 */
export function limitedUntil(
  status: number,
  header: (name: string) => string | undefined,
  said: string,
  now: number,
): number | null {
  if (status !== 429 && status !== 403) return null;
  const asked = retryAfter(header('retry-after'), now);
  const spent = header('x-ratelimit-remaining') === '0' || header('ratelimit-remaining') === '0';
  const isLimit = status === 429 || asked !== null || spent || /rate limit/i.test(said);
  if (!isLimit) return null;
  if (asked !== null) return now + asked;
  const reset = Number(header('x-ratelimit-reset') ?? header('ratelimit-reset')) * 1000;
  return spent && reset > now ? reset : now + UNTOLD;
}
