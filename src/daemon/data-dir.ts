/** The daemon's own files: the key of the one-time tokens and the way for the command line to reach it. */

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlFile } from '../model/api.ts';

/** The journal; and, where it is in Redis, the copy that is read. */
export function journalFiles(dataDir: string): { own: string; copy: string } {
  return { own: join(dataDir, 'journal.db'), copy: join(dataDir, 'redis-copy.db') };
}

export async function prepareDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
}

/** 256 random bits, made once. Whoever holds it can forge tokens of installs under way: mode 0600. */
export async function tokenKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'token.key');
  try {
    const key = await readFile(file);
    if (key.length === 32) return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(32);
  await writeAtomically(file, key);
  return key;
}

export async function writeControlFile(dataDir: string, control: ControlFile): Promise<void> {
  await writeAtomically(join(dataDir, 'control.json'), `${JSON.stringify(control)}\n`);
}

export async function removeControlFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, 'control.json'), { force: true });
}

async function writeAtomically(file: string, content: string | Buffer): Promise<void> {
  const scratch = `${file}.${process.pid}.new`;
  await writeFile(scratch, content, { mode: 0o600 });
  await chmod(scratch, 0o600);
  await rename(scratch, file);
}
