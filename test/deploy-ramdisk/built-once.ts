/** What takes long to build is built once for all test files: kept in the clone, where `npm ci` clears it away. */

import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const CACHE = join(import.meta.dirname, '../../node_modules/.cache/barewright');
/** Far longer than a build takes: whoever made the lock is gone. */
const STALE_MS = 900_000;

/** Runs a build that looks by itself whether there is anything to do; one of that name at a time, over all processes. */
export async function once<T>(name: string, build: () => T): Promise<T> {
  const lock = join(CACHE, `${name}.lock`);
  mkdirSync(CACHE, { recursive: true });
  while (!taken(lock)) await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    return build();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Test files run side by side, in threads or in processes. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const made = statSync(lock, { throwIfNoEntry: false });
    if (made && Date.now() - made.mtimeMs > STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}
