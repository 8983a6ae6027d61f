/** Where a bench keeps its world: a site repository of simulated nodes, a data directory, a secret. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type DaemonSettings, DEFAULT_SETTINGS } from '../../src/daemon/settings.ts';
import { inventoryFor } from '../../src/lab/inventory.ts';
import type { PolicySpec } from '../../src/model/site.ts';

export const CREDENTIALS = { username: 'admin', password: 'lab-only' };

export interface Place {
  dir: string;
  /** Of all BMCs. */
  port: number;
  /** The journal's file. */
  store: string;
  settings: Omit<DaemonSettings, 'env'>;
  /** Writes these files and commits them. Resolves to when `git commit` returned, ms since the epoch. */
  commit(files: ReadonlyMap<string, string>, message: string): Promise<number>;
  remove(): void;
}

/** A repository with one commit: the generated site of so many nodes. */
export async function aPlace(count: number, policy: PolicySpec, generation = 1): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  const repository = join(dir, 'site');
  const dataDir = join(dir, 'data');
  // Below the range that the kernel gives to clients.
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const git = (...args: string[]) => execa('git', args, { cwd: repository, env: GIT_ENV });

  async function commit(files: ReadonlyMap<string, string>, message: string): Promise<number> {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(repository, file)), { recursive: true });
      writeFileSync(join(repository, file), text);
    }
    await git('add', '--', ...(files.size > 100 ? ['.'] : files.keys()));
    await git('commit', '-q', '-m', message);
    return epochNow();
  }

  mkdirSync(repository);
  mkdirSync(dataDir);
  writeFileSync(join(dir, 'bmc'), `${CREDENTIALS.password}\n`);
  await git('init', '-q', '-b', 'main');
  await commit(inventoryFor(count, { port, policy, generation, password: { file: 'bmc' } }), 'start');
  return {
    dir,
    port,
    store: join(dataDir, 'journal.db'),
    settings: {
      ...DEFAULT_SETTINGS,
      simulated: true,
      repository,
      branch: 'main',
      dataDir,
      secretsDir: dir,
      bootListen: { host: '127.0.0.1', port: 0 },
      controlListen: { host: '127.0.0.1', port: 0 },
    },
    commit,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** ms since the epoch, finer than Date.now(), and comparable between the processes of this machine. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}

/** No setting of the machine's user changes what is measured. */
export const GIT_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};
