/** One garbage collection: read-only, collected, taking pushes again, whatever comes in between. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OwnRegistryError } from './error.ts';
import type { Program } from './program.ts';

export interface Collected {
  /** That were removed. */
  blobs: number;
  /** That came free; null where the storage cannot be measured from here. */
  bytes: number | null;
}

interface Ports {
  program: Pick<Program, 'collect'>;
  configuration: string;
  /** Of a file system; null for others. */
  storage: string | null;
  /** Resolves when the registry answers, and is so. Rejects with OwnRegistryError. */
  setReadOnly(readOnly: boolean): Promise<void>;
  signal: AbortSignal;
}

/**
 * Only what no manifest refers to goes: never `--delete-untagged`, which deletes the images of an index. Rejects with
 * OwnRegistryError, after the registry takes pushes again; `read-only` when it does not.
 */
export async function collect(ports: Ports): Promise<Collected> {
  const { program, configuration, storage, signal } = ports;
  try {
    await ports.setReadOnly(true);
    const before = storage === null ? null : await sizeOf(storage);
    const blobs = await run(program, configuration, signal);
    const after = storage === null ? null : await sizeOf(storage);
    return { blobs, bytes: before === null || after === null ? null : Math.max(before - after, 0) };
  } finally {
    await ports.setReadOnly(false);
  }
}

async function run(program: Ports['program'], configuration: string, signal: AbortSignal): Promise<number> {
  let blobs = 0;
  let isEmpty = false;
  const onLine = (line: string) => {
    if (/^blob eligible for deletion: /.test(line)) blobs += 1;
    // Where nothing was ever pushed, or nothing to its end, there is nothing to look through, and it calls that a failure.
    if (/failed to garbage collect: .*Path not found: .*\/(repositories|blobs)$/.test(line.trim()))
      isEmpty = true;
  };
  try {
    await program.collect(configuration, onLine, signal);
  } catch (error) {
    if (!isEmpty || !(error instanceof OwnRegistryError)) throw error;
  }
  return blobs;
}

/** Bytes of the files below it; what goes away meanwhile does not count. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return sizeOf(path);
      return (await stat(path).catch(() => null))?.size ?? 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
