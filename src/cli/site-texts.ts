/** A site that is not, or not yet, a commit: the files of a directory, and a commit's tree with some texts replaced. */

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeSite } from '../daemon/judge-site.ts';
import type { Contexts } from '../desired/contexts.ts';
import { createDocumentCache, type DocumentCache } from '../desired/document-cache.ts';
import type { Resolution } from '../desired/resolve.ts';
import { isSitePath, type TreeEntry } from '../desired/site-paths.ts';
import type { Commit } from '../model/desired.ts';

/** What stands for a commit where there is none yet. */
export function uncommitted(author: string, subject: string, time: number): Commit {
  return { id: 'new', author, email: '', time, subject };
}

/** Resolves what lies under `inventory/`, `profiles/` and `secrets/`. Symbolic links are left out, as they are in a commit. */
export async function resolveDirectory(dir: string, commit: Commit): Promise<Resolution> {
  const cache = createDocumentCache();
  const tree: TreeEntry[] = [];
  for (const path of await sitePaths(dir)) {
    const bytes = await readFile(join(dir, path));
    const blob = blobId(bytes);
    tree.push({ path, blob });
    if (cache.missing([{ path, blob }]).length > 0) cache.add(blob, bytes);
  }
  return judgeSite(commit, tree, cache, contextsIn(dir));
}

/** Nobody knows what Git will call them. */
function contextsIn(dir: string): Contexts {
  const stat = (path: string) => statSync(join(dir, path), { throwIfNoEntry: false });
  return {
    tree: (directory) => (stat(directory)?.isDirectory() ? 'uncommitted' : null),
    hasFile: (path) => stat(path)?.isFile() ?? false,
    directories: () => [],
  };
}

async function sitePaths(dir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const top of ['inventory', 'profiles', 'secrets']) {
    const found = await readdir(join(dir, top), { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    for (const entry of found) {
      if (!entry.isFile()) continue;
      const path = `${join(entry.parentPath, entry.name).slice(join(dir, top).length - top.length)}`;
      if (isSitePath(path)) paths.push(path);
    }
  }
  return paths;
}

/** The tree with the texts in place of its files, and beside them; the cache is given what it lacks. */
export function withTexts(
  tree: readonly TreeEntry[],
  cache: DocumentCache,
  texts: ReadonlyMap<string, string>,
): TreeEntry[] {
  const put = (path: string, text: string): TreeEntry => {
    const bytes = Buffer.from(text);
    const blob = blobId(bytes);
    cache.add(blob, bytes);
    return { path, blob };
  };
  const here = new Set(tree.map(({ path }) => path));
  const fresh = [...texts].filter(([path]) => !here.has(path));
  const kept = tree.map((entry) => {
    const text = texts.get(entry.path);
    return text === undefined ? entry : put(entry.path, text);
  });
  return [...kept, ...fresh.map(([path, text]) => put(path, text))];
}

/** The name that Git gives a file's content. */
function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
