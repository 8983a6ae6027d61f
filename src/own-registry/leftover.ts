/** Processes of an earlier daemon that was killed: a registry that keeps the port, a collector that still deletes. */

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { OwnRegistryError } from './error.ts';

const ROUNDS = 100;
const ROUND = 100;

/** The registry's own commands: an editor that has the file open is left alone. */
export type Work = 'serve' | 'garbage-collect';

/**
 * Ends every process that was started with this argument, the path of our own configuration, for one of these works;
 * resolves when they are gone. No file of process numbers is needed, which the kill may have come before. Rejects when one stays.
 */
export async function endLeftovers(argument: string, works: readonly Work[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const left = await runningWith(argument, works);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    await pause(ROUND);
  }
  const stay = (await runningWith(argument, works)).join(', ');
  throw new OwnRegistryError('start', `processes of an earlier daemon do not end: ${stay}`);
}

async function runningWith(argument: string, works: readonly string[]): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const words = line.split('\0');
      return words.includes(argument) && words.some((word) => works.includes(word)) ? [pid] : [];
    }),
  );
  return found.flat().filter((pid) => pid !== process.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}
