/** dnsmasq's files on disk: whole or not at all, so that a reload never finds half a file, or none. */

import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DhcpError } from './error.ts';

/** Texts by file name. */
export type ConfigFiles = ReadonlyMap<string, string>;

/** What a change of makes a restart necessary. */
export const CONF = 'dnsmasq.conf';

const NAMES = [CONF, 'hosts', 'opts', 'names'] as const;

export function sameFiles(a: ConfigFiles | null, b: ConfigFiles | null): boolean {
  if (a === null || b === null) return a === b;
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}

/** Machines that the files reserve something for. */
export function countHosts(files: ConfigFiles): number {
  return (files.get('hosts') ?? '').split('\n').filter((line) => line !== '').length;
}

/** The files of an earlier run; null when they are not all there. */
export async function readFiles(directory: string): Promise<ConfigFiles | null> {
  try {
    const texts = await Promise.all(NAMES.map((name) => readFile(join(directory, name), 'utf8')));
    return new Map(NAMES.map((name, i) => [name, texts[i] ?? '']));
  } catch {
    return null;
  }
}

/**
 * Puts the files in place, each by a rename; those that have their text already are left alone. dnsmasq reads them as an
 * unprivileged user. Resolves with whether any changed. Rejects with a DhcpError `write`; each file is then the old or the new one.
 */
export async function replaceFiles(directory: string, files: ConfigFiles): Promise<boolean> {
  let changed = false;
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    for (const [name, text] of files) {
      if (await replaceFile(directory, name, text)) changed = true;
    }
    if (changed) await syncDirectory(directory);
    return changed;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DhcpError('write', `its files cannot be written: ${why}`, { cause: error });
  }
}

async function replaceFile(directory: string, name: string, text: string): Promise<boolean> {
  const path = join(directory, name);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return false;
  const scratch = join(directory, `.${name}.new`);
  try {
    const file = await open(scratch, 'w', 0o644);
    try {
      await file.writeFile(text);
      await file.chmod(0o644);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(scratch, path);
    return true;
  } catch (error) {
    await rm(scratch, { force: true }).catch(() => {});
    throw error;
  }
}

/** A rename is on disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
