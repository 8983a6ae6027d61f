/** What is remembered of one BMC from one driver object to the next: its cipher suite, and a log-in that it refused. */

import { createHmac, randomBytes } from 'node:crypto';
import type { CipherSuiteId } from '../ipmi/cipher-suite.ts';
import { PowerError } from '../model/power.ts';

export interface Credentials {
  username: string;
  password: string;
}

export interface BmcMemory {
  /** The suite that the last log-in agreed on. */
  suite: CipherSuiteId | undefined;
  /** Digest of the credentials that the BMC refused, and what it said. */
  refused: { digest: string; message: string } | undefined;
}

export function createBmcMemory(): BmcMemory {
  return { suite: undefined, refused: undefined };
}

/** Throws PowerError `auth` for credentials that were refused before: BMCs lock accounts after a few tries. */
export function checkNotRefused(memory: BmcMemory, digest: string): void {
  if (memory.refused?.digest !== digest) return;
  throw new PowerError(
    'auth',
    `${memory.refused.message}; not tried again until the secret changes, or somebody asks for it: barewright reconcile NODE`,
  );
}

/** Remembers a refusal; other errors leave no trace. */
export function noteRefusal(memory: BmcMemory, digest: string, error: unknown): void {
  if (error instanceof PowerError && error.kind === 'auth')
    memory.refused = { digest, message: error.message };
}

/** Tells credentials apart without keeping them; useless outside this process. */
export function credentialDigest({ username, password }: Credentials): string {
  return createHmac('sha256', PROCESS_KEY)
    .update(JSON.stringify([username, password]))
    .digest('base64');
}

const PROCESS_KEY = randomBytes(32);
