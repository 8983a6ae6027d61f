/** What merging two commits would give, as a commit that no branch holds. */

import { createGit, type GitOptions } from './command.ts';
import { GitError } from './errors.ts';
import { checkObjectId } from './names.ts';

export type Merge =
  /** `commit` is `head` itself where nothing is to be merged. */
  { commit: string; tree: string; conflicts: [] } | { commit: null; tree: null; conflicts: string[] };

/** Signed by nobody, and the same for the same two commits: a preview that is made twice is one. */
const IDENTITY = { name: 'barewright', email: 'barewright@localhost' };

/**
 * Merges `head` into `base` without a work tree (git-merge-tree(1), MERGING `--stdin`). Both must lie in the repository with
 * their blobs. Fails with GitError; 'failed' where Git is older than 2.39.
 */
export async function mergeOf(options: GitOptions, base: string, head: string): Promise<Merge> {
  const git = createGit(options);
  const ids = [checkObjectId(base), checkObjectId(head)] as const;
  const isAncestor = ['merge-base', '--is-ancestor', '--end-of-options', ...ids];
  if ((await git.find(isAncestor)) !== null) {
    const tree = await git.text(['rev-parse', '--verify', '--end-of-options', `${head}^{tree}`]);
    return { commit: head, tree: tree.trim(), conflicts: [] };
  }
  const answer = await git.pipe(MERGE, `${ids.join(' ')}\n`, 1_000_000).catch(tooOld);
  const [status, tree = '', ...rest] = answer.toString().split('\0');
  if (status === '0') return { commit: null, tree: null, conflicts: rest.filter((path) => path !== '') };
  if (status !== '1')
    throw new GitError('failed', `git merge-tree did not say whether ${head} can be merged`);
  return { commit: await commitOf(options, checkObjectId(tree), ids), tree, conflicts: [] };
}

const MERGE = ['merge-tree', '--write-tree', '--stdin', '--name-only', '--no-messages'];

function tooOld(error: unknown): never {
  if (error instanceof GitError && /usage: git merge-tree|unknown option/.test(error.detail)) {
    throw new GitError('failed', 'this git cannot merge without a work tree; install Git 2.39 or newer');
  }
  throw error;
}

/** It has the time of the head, which is all that a plan asks of it. */
async function commitOf(options: GitOptions, tree: string, parents: readonly string[]): Promise<string> {
  const head = parents.at(-1) ?? '';
  const time = await createGit(options).text(['log', '-1', '--format=%ct', '--end-of-options', head]);
  const date = `${time.trim()} +0000`;
  const git = createGit({
    ...options,
    env: {
      ...options.env,
      ...{ GIT_AUTHOR_NAME: IDENTITY.name, GIT_AUTHOR_EMAIL: IDENTITY.email, GIT_AUTHOR_DATE: date },
      ...{ GIT_COMMITTER_NAME: IDENTITY.name, GIT_COMMITTER_EMAIL: IDENTITY.email, GIT_COMMITTER_DATE: date },
    },
  });
  const from = parents.flatMap((parent) => ['-p', parent]);
  const message = `Merge ${head.slice(0, 10)} into ${parents[0]?.slice(0, 10)}`;
  return (await git.text(['commit-tree', '--no-gpg-sign', tree, ...from, '-m', message])).trim();
}
