/** Random bytes by the page: a session takes 16 at a time, and asking the system for each costs more than the cipher. */

import { randomFillSync } from 'node:crypto';

export type RandomBytes = (length: number) => Buffer;

const PAGE = 4096;

/** Each byte is given out once. The slices are valid for good: a used page is left to its holders. */
export function createRandomPool(): RandomBytes {
  let page = Buffer.alloc(0);
  let at = 0;
  return (length) => {
    if (at + length > page.length) {
      page = randomFillSync(Buffer.allocUnsafeSlow(Math.max(PAGE, length)));
      at = 0;
    }
    at += length;
    return page.subarray(at - length, at);
  };
}
