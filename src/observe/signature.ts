/** Signatures between an installed system and the daemon: HMAC-SHA-256 (RFC 2104) under the key of its install. */

import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request body as it came, and what stood in its `X-Barewright-Signature`. */
export interface Signed {
  body: Uint8Array;
  signature: string | null;
}

const SHAPE = /^sha256=([0-9a-f]{64})$/;

/** Whether it was signed with this key (64 hexadecimal digits, taken as text). */
export function isSigned({ body, signature }: Signed, key: string): boolean {
  const given = SHAPE.exec(signature ?? '')?.[1];
  if (given === undefined) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(hmac(key, body)));
}

/**
 * The signature of an answer to that request. It covers the request's own, so that an answer to an earlier one is none to
 * this.
 */
export function answerSignature(request: Signed, key: string, answer: string | Uint8Array): string {
  const asked = SHAPE.exec(request.signature ?? '')?.[1] ?? '';
  return `sha256=${hmac(key, `${asked}\n`, answer)}`;
}

function hmac(key: string, ...parts: (string | Uint8Array)[]): string {
  const sum = createHmac('sha256', key);
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
}
