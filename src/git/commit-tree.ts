/** Commits that no work tree sees: made from a commit and what changes of it, with an index of their own. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitError } from './errors.ts';
import { checkBranch, checkObjectId, checkPath } from './names.ts';
import { createUserGit, type UserGit } from './user-git.ts';

export type TreeChange =
  /** The whole new text of each file, by its path from the top of the repository. */
  | { files: ReadonlyMap<string, string> }
  /** These directories as they are at another commit, whatever they hold. */
  | { directories: readonly string[]; from: string };

interface NewCommit {
  /** The user's repository, or a directory in it. */
  location: string;
  /** The commit that it is made on top of. */
  base: string;
  change: TreeChange;
  message: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Makes the commit, on no branch and unsigned: to be looked at, and forgotten by Git in its own time.
 * Null where it would change nothing. Fails with GitError.
 */
export async function draftCommit(draft: NewCommit): Promise<string | null> {
  const git = createUserGit(draft.location, draft.env);
  const tree = await changedTree(git, draft);
  // Nobody has said who commits it; nobody will ever see the name.
  const [name, email] = [draft.env['USER'] || 'you', 'draft@invalid'];
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email };
  const who = { ...author, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  return tree && commitOf(git, tree, draft, [], who);
}

/**
 * Makes the commit as a new branch, with the user's identity and, where `commit.gpgSign` says so, signature; the branch that
 * is checked out and its files stay as they are, and hooks of commits do not run. Null where it would change nothing.
 * Fails with GitError: 'unsafe' where the branch exists.
 */
export async function commitToBranch(commit: NewCommit & { branch: string }): Promise<string | null> {
  const git = createUserGit(commit.location, commit.env);
  const ref = `refs/heads/${checkBranch(commit.branch)}`;
  if (await exists(git, ref)) throw taken(commit.branch);
  const tree = await changedTree(git, commit);
  if (tree === null) return null;
  const signs = await git.look(['config', '--type=bool', '--get', 'commit.gpgSign']).catch(() => '');
  const id = await commitOf(git, tree, commit, signs.trim() === 'true' ? ['-S'] : [], {});
  // Forty zeros: only where there is no such branch.
  await git.act(['update-ref', '-m', 'commit: by barewright', ref, id, '0'.repeat(id.length)]);
  return id;
}

async function exists(git: UserGit, ref: string): Promise<boolean> {
  return (await git.look(['for-each-ref', '--format=%(refname)', ref])).trim() === ref;
}

function taken(branch: string): GitError {
  return new GitError('unsafe', `there is a branch ${branch} already; name another one`);
}

async function commitOf(
  git: UserGit,
  tree: string,
  { base, message }: NewCommit,
  options: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const args = ['commit-tree', ...options, '-p', checkObjectId(base), '-F', '-', tree];
  return (await git.build(args, env, message.endsWith('\n') ? message : `${message}\n`)).trim();
}

/** The tree of the commit with the change; null where that is the same tree. */
export async function changedTree(
  git: UserGit,
  { base, change }: Pick<NewCommit, 'base' | 'change'>,
): Promise<string | null> {
  const dir = await mkdtemp(join(tmpdir(), 'barewright-tree-'));
  try {
    const index = { GIT_INDEX_FILE: join(dir, 'index') };
    const before = (await git.look(['rev-parse', '--verify', `${checkObjectId(base)}^{tree}`])).trim();
    await git.build(['read-tree', before], index);
    const entries =
      'files' in change
        ? await textEntries(git, change.files, index, dir)
        : await directoryEntries(git, change, index);
    await git.build(['update-index', '-z', '--index-info'], index, entries);
    const after = (await git.build(['write-tree'], index)).trim();
    return after === before ? null : after;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Lines of `git update-index --index-info`. A file keeps its mode. */
async function textEntries(
  git: UserGit,
  files: ReadonlyMap<string, string>,
  index: NodeJS.ProcessEnv,
  dir: string,
): Promise<string> {
  const modes = new Map<string, string>();
  for (const line of (await git.build(['ls-files', '-z', '--stage', '--full-name', ':/'], index)).split(
    '\0',
  )) {
    const [, mode, path] = /^(\d+) [0-9a-f]+ \d\t([\s\S]*)$/.exec(line) ?? [];
    if (mode !== undefined && path !== undefined) modes.set(path, mode);
  }
  const places: string[] = [];
  for (const text of files.values()) {
    const place = join(dir, String(places.length));
    await writeFile(place, text);
    places.push(place);
  }
  const ids = (
    await git.build(['hash-object', '-w', '--no-filters', '--stdin-paths'], {}, places.map(line).join(''))
  ).split('\n');
  return [...files.keys()]
    .map((path, at) => `${modes.get(checkPath(path)) ?? '100644'} ${ids[at]}\t${path}\0`)
    .join('');
}

/** Whatever is there now goes first: a file may stand where a directory was. */
async function directoryEntries(
  git: UserGit,
  { directories, from }: Extract<TreeChange, { from: string }>,
  index: NodeJS.ProcessEnv,
): Promise<string> {
  const places = directories.map((directory) => checkPath(directory));
  const here = places.map((place) => `:(top,literal)${place}`);
  const now = await git.build(['ls-files', '-z', '--full-name', '--', ...here], index);
  const gone = now.split('\0').flatMap((path) => (path === '' ? [] : [`0 ${'0'.repeat(40)}\t${path}\0`]));
  const args = ['ls-tree', '-r', '-z', '--full-tree', checkObjectId(from), '--', ...places];
  return `${gone.join('')}${await git.look(args)}`;
}

function line(text: string): string {
  return `${text}\n`;
}
