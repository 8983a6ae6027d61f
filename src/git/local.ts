import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createGit, type Git } from './command.ts';
import { readEnvironment } from './environment.ts';
import { GitError } from './errors.ts';
import { checkBranch } from './names.ts';
import type { RefPlaces } from './watch-refs.ts';

export interface LocalRepository {
  git: Git;
  places: RefPlaces;
  /** The branch followed: the one named, or where HEAD first pointed; null as long as HEAD is detached. */
  branch(): string | null;
  /** The commit of the branch. */
  head(): Promise<string>;
}

export interface LocalOptions {
  path: string;
  branch: string | null;
  env: NodeJS.ProcessEnv;
  timeout: number;
  signal: AbortSignal;
}

/**
 * Opens the repository whose top, or whose git directory, `path` is. Once found, its git directory is named to every command:
 * should it move away, no repository further up takes its place.
 */
export async function openLocal({
  path,
  branch,
  env,
  timeout,
  signal,
}: LocalOptions): Promise<LocalRepository> {
  const where = path;
  const base = { where, env: readEnvironment(env), timeout, signal };
  const real = await realpath(path).catch(() => path);
  const finder = createGit({
    ...base,
    cwd: real,
    env: { ...base.env, GIT_CEILING_DIRECTORIES: dirname(real) },
  });
  const found = await finder.text([
    'rev-parse',
    '--path-format=absolute',
    '--absolute-git-dir',
    '--git-common-dir',
  ]);
  const [gitDir, commonDir] = found.trimEnd().split('\n');
  if (!gitDir || !commonDir)
    throw new GitError('failed', `git does not say where the repository of ${where} lies`);

  const git = createGit({ ...base, cwd: gitDir, env: { ...base.env, GIT_DIR: gitDir } });
  let followed = branch;

  // Followed from its first sight on: checking out another branch to look at something must not deploy it.
  async function follow(): Promise<string | null> {
    if (followed === null) {
      const target = (await git.find(['symbolic-ref', '--quiet', 'HEAD']))?.trim();
      if (target?.startsWith('refs/heads/')) followed = checkBranch(target.slice('refs/heads/'.length));
    }
    return followed;
  }

  async function head(): Promise<string> {
    const name = await follow();
    if (name === null) {
      throw new GitError(
        'no-branch',
        `HEAD of ${where} is detached; check out a branch, or name the branch to follow`,
      );
    }
    const id = await git.find([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `refs/heads/${name}^{commit}`,
    ]);
    if (id !== null) return id.trim();
    throw new GitError(
      'no-branch',
      `there is no commit on branch ${name} of ${where}; restore it, make a first commit, or name another branch`,
    );
  }

  const start = await follow();
  return { git, places: { gitDir, commonDir, branch: start }, branch: () => followed, head };
}
