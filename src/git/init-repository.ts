import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from './errors.ts';
import { checkPath } from './names.ts';
import { createUserGit } from './user-git.ts';
import { readWorkFile, writeWorkFile } from './work-files.ts';

/**
 * Makes `dir` a Git repository where it is not the top of one, and writes the files (text by path) without committing them.
 * Returns whether the repository is new. Fails with GitError 'unsafe', before anything is written, where a file exists.
 */
export async function initRepository(
  dir: string,
  files: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
): Promise<{ created: boolean }> {
  const paths = [...files.keys()].map(checkPath);
  const present: string[] = [];
  for (const path of paths) if ((await readWorkFile(dir, path)) !== null) present.push(path);
  if (present.length > 0) {
    throw new GitError('unsafe', `${dir} already has ${present.join(', ')}; choose an empty directory`);
  }
  await mkdir(dir, { recursive: true });
  const created = (await lstat(join(dir, '.git')).catch(() => null)) === null;
  if (created) await createUserGit(dir, env).act(['init', '--quiet', '--initial-branch=main', '.']);
  for (const [path, text] of files) await writeWorkFile(dir, path, text, true);
  return { created };
}
