import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentBranch, literally, refuseUncommitted } from './commit-edit.ts';
import { changedTree } from './commit-tree.ts';
import { checkObjectId } from './names.ts';
import { createUserGit, type UserGit } from './user-git.ts';

export interface Restore {
  /** The user's work tree, or a directory in it. */
  location: string;
  /** From the top of the repository. */
  directories: readonly string[];
  /** The commit that they are to be as at; a full object name. */
  from: string;
  message: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Brings whole directories of the user's work tree back to what they were at a commit, and commits that on top of the
 * branch that is checked out; nothing else that is changed or staged there goes with it. Returns the commit and its branch, or null where they are
 * so already. Where git or a hook refuses, the files are put back.
 * Fails with GitError: 'unsafe' where a file there has uncommitted changes, or stands in the way; 'no-branch' on a detached HEAD.
 */
export async function restoreDirectories(restore: Restore): Promise<{ id: string; branch: string } | null> {
  const top = await createUserGit(restore.location, restore.env).look(['rev-parse', '--show-toplevel']);
  const git = createUserGit(top.trimEnd(), restore.env);
  const branch = await currentBranch(git, restore.location);
  const head = (await git.look(['rev-parse', '--verify', 'HEAD'])).trim();
  const from = checkObjectId(restore.from);
  const tree = await changedTree(git, {
    base: head,
    change: { directories: restore.directories, from },
  });
  if (tree === null) return null;
  const changed = await changedPaths(git, head, tree);
  await refuseUncommitted(git, changed);
  const present = restore.directories.filter((directory) =>
    changed.some((path) => path.startsWith(`${directory}/`)),
  );
  await refuseUncommitted(git, present, 'no');
  // By directory: git does not find a path any more whose directory is to be a file.
  const paths = present.map(literally);
  const toTree = ['restore', '--staged', '--worktree', '--no-overlay'];
  try {
    await git.act([...toTree, `--source=${tree}`, '--', ...paths]);
    await commitTreeOnly(git, tree, restore.message);
  } catch (error) {
    // What stopped the commit may stop this too, and is what the user must hear of.
    await git.act([...toTree, `--source=${head}`, '--', ...paths]).catch(() => {});
    throw error;
  }
  return { id: (await git.look(['rev-parse', '--verify', 'HEAD'])).trim(), branch };
}

/** With the user's hooks, but from an index of its own: what else is staged stays staged. */
async function commitTreeOnly(git: UserGit, tree: string, message: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'barewright-commit-'));
  try {
    const index = { GIT_INDEX_FILE: join(dir, 'index') };
    await git.build(['read-tree', tree], index);
    await git.build(['commit', '--quiet', '--cleanup=whitespace', '--file=-'], index, message);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function changedPaths(git: UserGit, from: string, to: string): Promise<string[]> {
  const listing = await git.look(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to]);
  return listing.split('\0').filter((path) => path !== '');
}
