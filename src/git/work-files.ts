import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GitError } from './errors.ts';
import { checkPath } from './names.ts';

/**
 * The text of the file `path` under `top`, or null where there is none.
 * Throws GitError 'unsafe' where the way there is a symbolic link, which could lead out of the repository, or is no file.
 */
export async function readWorkFile(top: string, path: string): Promise<string | null> {
  const parts = checkPath(path).split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const step = join(top, ...parts.slice(0, depth));
    const found = await lstat(step).catch(() => null);
    if (found === null) return null;
    if (depth < parts.length ? !found.isDirectory() : !found.isFile()) {
      throw new GitError(
        'unsafe',
        `${step} is not a plain ${depth < parts.length ? 'directory' : 'file'}; move it away first`,
      );
    }
  }
  return readFile(join(top, path), 'utf8');
}

/** Writes a file that `readWorkFile` has looked at, keeping its mode; `fresh` fails where it has appeared since. */
export async function writeWorkFile(top: string, path: string, text: string, fresh: boolean): Promise<void> {
  const file = join(top, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { flag: fresh ? 'wx' : 'w' });
}
