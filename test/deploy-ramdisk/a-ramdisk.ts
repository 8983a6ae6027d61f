import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildDeployRamdisk, type DeployRamdisk } from '../../tools/deploy-ramdisk/build.ts';
import type { BuiltFile } from '../../tools/deploy-ramdisk/built-file.ts';

export const CACHE = join(import.meta.dirname, '../../node_modules/.cache/barewright');
/** Far longer than a build takes: whoever made the lock is gone. */
const STALE_MS = 300_000;

/** The deploy ramdisk and the tiny image, as `tools/deploy-ramdisk` makes them; built once, and again when that changes. */
export async function aRamdisk(): Promise<DeployRamdisk & { tinyImage: BuiltFile }> {
  const lock = join(CACHE, 'deploy-ramdisk.lock');
  mkdirSync(CACHE, { recursive: true });
  while (!taken(lock)) await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    const built = buildDeployRamdisk({ out: join(CACHE, 'deploy-ramdisk'), tinyImage: true });
    if (!built.tinyImage) throw new Error('no tiny image was made');
    return { ...built, tinyImage: built.tinyImage };
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
