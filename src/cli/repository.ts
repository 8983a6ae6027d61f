/** The site repository that an offline verb works in. */

import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseLocation } from '../git/location.ts';
import { openSource, type Source } from '../git/source.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** The directory, or the nearest one above it, that is the top of a repository; the directory itself where none is. */
export async function topOf(dir: string): Promise<string> {
  for (let at = dir; ; at = dirname(at)) {
    if (await lstat(join(at, '.git')).catch(() => null)) return at;
    if (at === dirname(at)) return dir;
  }
}

/** The repository named on the command line, or the one around the working directory. */
export async function locate(context: Pick<Context, 'cwd'>, repo: string | undefined): Promise<string> {
  if (repo === undefined) return topOf(context.cwd);
  if (parseLocation(repo).kind === 'local') return resolve(context.cwd, repo);
  throw new CliError(EXIT.usage, `${repo} is not on this machine`, 'clone it, and name the clone');
}

/** Opens it for reading; the caller closes it. Fails with GitError. */
export async function openLocalSource(context: Context, location: string): Promise<Source> {
  const { env, signal } = context;
  // A local repository keeps nothing in a data directory.
  return openSource({ location, branch: null, dataDir: location, pollInterval: 3_600_000, env, signal });
}
