import { createHash, timingSafeEqual } from 'node:crypto';

/** Of a secret of 256 random bits: what cannot be guessed needs no slow hash. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Takes the same time wherever the two differ. */
export function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
