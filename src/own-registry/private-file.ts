/** Files that only their owner reads, whole or not at all. */

import { open, readFile, rename } from 'node:fs/promises';

/** Mode 0600; on disk when it resolves. */
export async function writePrivate(file: string, content: string): Promise<void> {
  const scratch = `${file}.new`;
  const handle = await open(scratch, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(scratch, file);
}

/** Null when it is not there. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
