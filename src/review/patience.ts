/** When a request to a forge is made again, and how long is waited before. Pure. */

import { spreadPause } from '../model/backoff.ts';
import type { ForgeError, ForgeErrorCode } from './errors.ts';

export interface Patience {
  /** Requests in all, for what may pass. */
  attempts: number;
  /** Before the second; doubled for every further one. ms. */
  firstPause: number;
  /** A forge that asks for more is not waited for, ms. */
  longestPause: number;
  /** For one request as a whole, ms. */
  timeout: number;
}

export const PATIENCE: Patience = { attempts: 4, firstPause: 1_000, longestPause: 60_000, timeout: 30_000 };

const PASSING: ReadonlySet<ForgeErrorCode> = new Set(['unreachable', 'server']);
/** Nothing was sent yet. */
const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** ms before round + 1; `random` in [0, 1) spreads many clients. */
export function pauseOf(round: number, { firstPause, longestPause }: Patience, random: number): number {
  return Math.min(spreadPause(round, firstPause, random), longestPause);
}

/**
 * ms; null where the request is not made again. `tries` were made. One that is to be made `once` is made again only where it
 * was not sent, or refused without a look at it.
 */
export function pauseAfter(
  { code, retryAt, cause }: ForgeError,
  { tries, once, now }: { tries: number; once: boolean; now: number },
  patience: Patience,
  random: number,
): number | null {
  if (tries >= patience.attempts) return null;
  if (code === 'rate-limited') {
    const pause = Math.max((retryAt ?? 0) - now, 0) + 1;
    return pause > patience.longestPause ? null : pause;
  }
  const wasSent = !UNSENT.test((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
  return PASSING.has(code) && !(once && wasSent) ? pauseOf(tries, patience, random) : null;
}
