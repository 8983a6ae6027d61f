import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSource, type Source, type SourceOptions } from '../../src/git/source.ts';

/** What every git of these tests sees: nothing of the machine's own configuration. */
export const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

export function aFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'barewright-git-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export interface Repository {
  dir: string;
  git(...args: string[]): string;
  write(path: string, text: string): void;
  /** Writes the files, commits everything, and returns the commit. */
  commit(files: Record<string, string>, message?: string): string;
}

/** A real repository with a work tree, on branch main, without a commit. */
export function aRepository(dir = join(aFolder(), 'site')): Repository {
  mkdirSync(dir, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: dir,
      env: ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  git('init', '--quiet', '--initial-branch=main');
  return {
    dir,
    git,
    write,
    commit(files, message = 'a change') {
      for (const [path, text] of Object.entries(files)) write(path, text);
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** Opens a source that is closed when the test is over. */
export async function open(location: string, more: Partial<SourceOptions> = {}): Promise<Source> {
  const dataDir = more.dataDir ?? aFolder();
  const source = await openSource({
    location,
    branch: null,
    pollInterval: 3_600_000,
    env: ENV,
    ...more,
    dataDir,
  });
  onTestFinished(source.close);
  return source;
}

export function manyFiles(count: number): Record<string, string> {
  const files = Array.from({ length: count }, (_, n) => [`inventory/nodes/n${n}.yaml`, `name: n${n}\n`]);
  return Object.fromEntries(files);
}
