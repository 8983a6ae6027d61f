/** A home directory for ipmitool: without a small list of vendors there it parses one of 4.7 MB at every call. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IpmitoolHome {
  /** Made at the first call. */
  path(): Promise<string>;
  /** Removes it. */
  close(): Promise<void>;
}

export function createIpmitoolHome(): IpmitoolHome {
  let made: Promise<string> | undefined;
  return {
    path: () => (made ??= make()),
    async close() {
      const path = await made;
      made = undefined;
      if (path) await rm(path, { recursive: true, force: true });
    },
  };
}

async function make(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'barewright-ipmitool-'));
  const directory = join(path, '.local', 'usr', 'share', 'misc');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'enterprise-numbers.txt'), '0\n  Reserved\n    -\n      -\n');
  return path;
}
