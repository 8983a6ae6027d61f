import { currentBranch } from './commit-edit.ts';
import { GitError } from './errors.ts';
import { explain } from './explain.ts';
import { checkBranch } from './names.ts';
import { createUserGit } from './user-git.ts';

const REMOTE = 'origin';

export interface Upstream {
  /** As the user's configuration has it, without a name or a password in it. */
  url: string;
  /** What the branch that is checked out is called there. */
  base: string;
  /** Commits of the branch that is checked out which are not there, as far as the last fetch tells: a new branch brings them too. */
  unpushed: number;
}

/**
 * Where the branch that is checked out is to be merged. Fails with GitError: 'no-branch' on a detached HEAD, 'unreachable'
 * where there is no remote `origin`.
 */
export async function findUpstream(location: string, env: NodeJS.ProcessEnv): Promise<Upstream> {
  const git = createUserGit(location, env);
  const branch = await currentBranch(git, location);
  const url = (await git.look(['remote', 'get-url', '--push', REMOTE]).catch(() => '')).trim();
  if (url === '') {
    throw new GitError(
      'unreachable',
      `${location} has no remote ${REMOTE}, so that there is nowhere to open a pull request; add one with: git remote add ${REMOTE} URL`,
    );
  }
  const merge = await git.look(['config', '--get', `branch.${branch}.merge`]).catch(() => '');
  const base = merge.trim().replace(/^refs\/heads\//, '');
  const there = base === '' ? branch : base;
  const range = `refs/remotes/${REMOTE}/${there}..HEAD`;
  const unpushed = await git.look(['rev-list', '--count', range]).catch(() => '0');
  return { url: url.replace(/(\w:\/\/)[^\s/@]+@/, '$1'), base: there, unpushed: Number(unpushed) };
}

/** Pushes a local branch to `origin` as a new one, with the user's own credentials and hooks. Fails with GitError. */
export async function pushBranch(location: string, env: NodeJS.ProcessEnv, branch: string): Promise<void> {
  const git = createUserGit(location, env);
  const ref = `refs/heads/${checkBranch(branch)}`;
  try {
    await git.act(['push', '--quiet', REMOTE, `${ref}:${ref}`]);
  } catch (error) {
    if (error instanceof GitError) throw explain(error.detail || error.message, `the remote ${REMOTE}`);
    throw error;
  }
}
