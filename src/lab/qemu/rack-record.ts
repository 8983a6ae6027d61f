/** What a virtual rack has made outside its processes, kept in a file so that it can be removed after a crash too. */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesIn, removeNamespace } from './network.ts';

export interface RackRecord {
  namespace: string;
  /** Holds disks, consoles and logs; removed with the rack. */
  directory: string;
  /** Process id of whoever owns the rack. */
  owner: number;
  /** Console socket and serial log of each machine, by its name. */
  machines: Record<string, { console: string; serialLog: string }>;
}

type Place = Pick<RackRecord, 'namespace' | 'directory'>;

/** Beside the namespaces themselves, and gone with them at the next boot of this machine. */
export const RECORDS = '/run/barewright';

export async function writeRecord(record: RackRecord): Promise<void> {
  await mkdir(RECORDS, { recursive: true, mode: 0o755 });
  await writeFile(fileOf(record.namespace), JSON.stringify(record), { mode: 0o600 });
}

/** Of the racks that are up, or were not taken down. */
export async function readRecords(): Promise<RackRecord[]> {
  const files = await readdir(RECORDS).catch(() => []);
  const records = files
    .filter((file) => file.endsWith('.json'))
    .map(async (file) => JSON.parse(await readFile(join(RECORDS, file), 'utf8')) as RackRecord);
  return Promise.all(records);
}

/**
 * Ends every process in the rack's namespace, and removes the namespace, the directory and the record. What is gone
 * already is no error.
 */
export async function takeDown(record: Place): Promise<void> {
  // Whatever runs in a namespace that this rack made is of the rack, or was started beside it by a person.
  for (let round = 0; round < ROUNDS; round++) {
    const pids = await processesIn(record.namespace);
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
  await removeNamespace(record.namespace);
  await removeFiles(record);
}

/** The directory and the record; what is gone already is no error. */
export async function removeFiles({ namespace, directory }: Place): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await rm(fileOf(namespace), { force: true });
}

const ROUNDS = 50;
const ROUND_MS = 20;

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function fileOf(namespace: string): string {
  return join(RECORDS, `${namespace}.json`);
}
