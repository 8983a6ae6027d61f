/** One-time tokens of an install attempt: derived, never stored, void as soon as the attempt is. */

import { createHmac, timingSafeEqual } from 'node:crypto';

export type TokenUse = 'answers' | 'callback';

export interface Tokens {
  issue(use: TokenUse, installId: string): string;
  /** The install a token speaks for, or null when it was not issued here for this use. */
  open(use: TokenUse, token: string): string | null;
  /** The key under which the system of that install signs what it reports: 64 hexadecimal digits. */
  reportKey(installId: string): string;
  /** Of the registry that the daemon runs: its own password there, or what makes uploads known again. */
  registrySecret(use: 'password' | 'uploads'): string;
  /** Tells this daemon's report keys from those of one that had other ones; no secret. */
  keyName: string;
}

const SHAPE = /^([0-9a-f]{32})([\w-]{43})$/;

/**
 * Tokens are the install id (128 random bits) and an HMAC-SHA-256 under the daemon's key (256 bits), so that a daemon
 * that comes back after a crash still knows them, and one that lost its store and key knows none (docs/adr/0004).
 */
export function createTokens(key: Buffer): Tokens {
  function issue(use: TokenUse, installId: string): string {
    return installId + createHmac('sha256', key).update(`${use}:${installId}`).digest('base64url');
  }

  function open(use: TokenUse, token: string): string | null {
    const installId = SHAPE.exec(token)?.[1];
    if (installId === undefined) return null;
    const expected = Buffer.from(issue(use, installId));
    const given = Buffer.from(token);
    return expected.length === given.length && timingSafeEqual(expected, given) ? installId : null;
  }

  function reportKey(installId: string): string {
    return createHmac('sha256', key).update(`report:${installId}`).digest('hex');
  }

  function registrySecret(use: string): string {
    return createHmac('sha256', key).update(`registry-${use}`).digest('hex');
  }

  const keyName = createHmac('sha256', key).update('name').digest('hex').slice(0, 16);

  return { issue, open, reportKey, registrySecret, keyName };
}
