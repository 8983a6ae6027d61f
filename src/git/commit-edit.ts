import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from './errors.ts';
import { checkPath } from './names.ts';
import { createUserGit, type UserGit } from './user-git.ts';
import { readWorkFile, writeWorkFile } from './work-files.ts';

export interface Edit {
  /** The user's work tree, or a directory in it. */
  location: string;
  /** The whole new text of each file, by its path from the top of the repository. */
  files: ReadonlyMap<string, string>;
  message: string;
  /** `Name <address>`; without it, the user's own identity. */
  author?: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Writes the files into the user's work tree and commits them, and nothing else that is changed or staged there,
 * with the user's identity and hooks. Returns the commit and its branch, or null where the files said that already.
 * Where git or a hook refuses, the files are put back as they were.
 * Fails with GitError: 'unsafe' for a file with uncommitted changes, 'no-branch' on a detached HEAD.
 */
export async function commitFiles(edit: Edit): Promise<{ id: string; branch: string } | null> {
  const paths = [...edit.files.keys()].map(checkPath);
  const author = edit.author === undefined ? [] : [`--author=${checkAuthor(edit.author)}`];
  const top = await createUserGit(edit.location, edit.env).look(['rev-parse', '--show-toplevel']);
  const git = createUserGit(top.trimEnd(), edit.env);
  const branch = await currentBranch(git, edit.location);
  await refuseUncommitted(git, paths);

  const before = new Map<string, string | null>();
  for (const path of paths) before.set(path, await readWorkFile(top.trimEnd(), path));
  const changed = paths.filter((path) => before.get(path) !== edit.files.get(path));
  if (changed.length === 0) return null;
  const isNew = changed.filter((path) => before.get(path) === null);
  const written: string[] = [];
  try {
    for (const path of changed) {
      await writeWorkFile(top.trimEnd(), path, edit.files.get(path) ?? '', before.get(path) === null);
      written.push(path);
    }
    // `commit --only` takes tracked files alone.
    if (isNew.length > 0) await git.act(['add', '--intent-to-add', '--', ...isNew.map(literally)]);
    const options = ['--quiet', '--only', '--cleanup=whitespace', '--file=-', ...author];
    await git.act(['commit', ...options, '--', ...changed.map(literally)], edit.message);
  } catch (error) {
    await putBack(git, top.trimEnd(), written, before);
    throw error;
  }
  return { id: (await git.look(['rev-parse', '--verify', 'HEAD'])).trim(), branch };
}

export async function currentBranch(git: UserGit, where: string): Promise<string> {
  const target = await git.look(['symbolic-ref', '--quiet', 'HEAD']).catch(() => '');
  if (target.startsWith('refs/heads/')) return target.trim().slice('refs/heads/'.length);
  throw new GitError(
    'no-branch',
    `HEAD of ${where} is detached, and a commit there would be lost; check out a branch first`,
  );
}

/** `untracked` no: files that Git does not know may lie there. */
export async function refuseUncommitted(
  git: UserGit,
  paths: readonly string[],
  untracked: 'all' | 'no' = 'all',
): Promise<void> {
  const ignored = untracked === 'all' ? ['--ignored=matching'] : [];
  const options = ['--porcelain=v1', '-z', `--untracked-files=${untracked}`, ...ignored, '--no-renames'];
  const status = await git.look(['status', ...options, '--', ...paths.map(literally)]);
  const dirty = status.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]));
  if (dirty.length === 0) return;
  throw new GitError('unsafe', `${dirty.join(', ')} has uncommitted changes; commit or discard them first`);
}

async function putBack(
  git: UserGit,
  top: string,
  written: string[],
  before: Map<string, string | null>,
): Promise<void> {
  for (const path of written) {
    const text = before.get(path) ?? null;
    if (text !== null) {
      await writeWorkFile(top, path, text, false);
      continue;
    }
    await rm(join(top, path), { force: true });
    // What stopped the commit may stop this too (a locked index), and is what the user must hear of.
    const forget = ['rm', '--quiet', '--cached', '--force', '--ignore-unmatch', '--', literally(path)];
    await git.act(forget).catch(() => {});
  }
}

/** Not by GIT_LITERAL_PATHSPECS: the user's hooks would inherit it. */
export function literally(path: string): string {
  return `:(top,literal)${path}`;
}

function checkAuthor(author: string): string {
  if (/^[^<>\x00-\x1f]+ <[^<>\s\x00-\x1f]*>$/.test(author)) return author;
  throw new GitError('unsafe', `${JSON.stringify(author)} is not an author; write it as Name <address>`);
}
