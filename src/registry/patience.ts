/** When a request is made again, and how long is waited before. */

import { spreadPause } from '../model/backoff.ts';
import type { RegistryErrorCode } from './errors.ts';

export interface Patience {
  /** Requests in all. */
  attempts: number;
  /** Before the second; doubled for every further one. ms. */
  firstPause: number;
  /** A registry that asks for more is not waited for, ms. */
  longestPause: number;
  /** How long a registry that is read-only is waited for, ms. Default 0. */
  readOnly?: number;
}

export const PATIENCE: Patience = { attempts: 4, firstPause: 500, longestPause: 30_000, readOnly: 300_000 };

const PASSING: ReadonlySet<RegistryErrorCode> = new Set([
  'unreachable',
  'too-many-requests',
  'server',
  'truncated',
]);

/** Whether the same request may well succeed a little later. */
export function isPassing(code: RegistryErrorCode): boolean {
  return PASSING.has(code);
}

/**
 * The pause before the next request, in ms; null when there is to be none. `tries` were made; `asked` is what the answer
 * asked for. `random` in [0, 1) spreads many clients.
 */
export function pauseAfter(
  tries: number,
  asked: number | null,
  patience: Patience,
  random: number,
): number | null {
  if (tries >= patience.attempts) return null;
  const own = spreadPause(tries, patience.firstPause, random);
  const pause = Math.max(own, asked ?? 0);
  return pause > patience.longestPause ? null : pause;
}

/** The pause before a registry that is read-only is asked again, `waited` ms after it first was; null when there is to be none. */
export function pauseReadOnly(waited: number, { readOnly = 0, firstPause }: Patience): number | null {
  return waited >= readOnly ? null : Math.min(Math.max(waited / 2, firstPause), LONGEST_READ_ONLY);
}

const LONGEST_READ_ONLY = 15_000;
