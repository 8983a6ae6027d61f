/** The boot loaders that firmware fetches by TFTP, in a directory that dnsmasq may read. */

import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A few bytes to ask for, to see that TFTP answers. */
export const PROBE_FILE = 'alive';

/**
 * Copies those of the loaders that the source has, each by a rename and readable by everybody: dnsmasq is not the daemon's
 * user. Resolves with the names of those that it has not. Rejects when the directory cannot be written.
 */
export async function fillTftpRoot(
  root: string,
  source: string,
  names: readonly string[],
): Promise<string[]> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  await writeFile(join(root, PROBE_FILE), 'barewright\n', { mode: 0o644 });
  const missing: string[] = [];
  for (const name of names) {
    if (!(await fill(join(root, name), join(source, name)))) missing.push(name);
  }
  return missing;
}

async function fill(target: string, source: string): Promise<boolean> {
  const wanted = await readFile(source).catch(() => null);
  if (!wanted) return false;
  // A transfer under way keeps the file that it has open.
  if ((await readFile(target).catch(() => null))?.equals(wanted)) return true;
  const scratch = `${target}.new`;
  try {
    await copyFile(source, scratch);
    const file = await open(scratch, 'r+');
    try {
      await file.chmod(0o644);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(scratch, target);
  } catch (error) {
    await rm(scratch, { force: true }).catch(() => {});
    throw error;
  }
  return true;
}
