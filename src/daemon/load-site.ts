/** A commit's site, read by blob id and resolved; parsing is cached by blob, so a small commit costs little. */

import { contextsOf } from '../desired/contexts.ts';
import type { createDocumentCache } from '../desired/document-cache.ts';
import { isSitePath } from '../desired/site-paths.ts';
import { GitError } from '../git/errors.ts';
import type { History } from '../git/history.ts';
import type { Source } from '../git/source.ts';
import type { Commit, Site } from '../model/desired.ts';
import type { Problem, SourceRef } from '../model/problem.ts';
import { judgeSite } from './judge-site.ts';

export type Loaded =
  | { commit: Commit; site: Site; problems: Problem[] }
  | { commit: Commit; site: null; problems: Problem[] };

/** Rejects with GitError where the commit cannot be read. */
export async function loadSite(
  source: Pick<Source, 'readCommit' | 'tree' | 'directories' | 'blobs'>,
  cache: ReturnType<typeof createDocumentCache>,
  id: string,
): Promise<Loaded> {
  const [commit, tree, directories] = await Promise.all([
    source.readCommit(id),
    source.tree(id),
    source.directories(id),
  ]);
  const missing = cache.missing(tree);
  for (const [blob, bytes] of await source.blobs(missing)) cache.add(blob, bytes);
  return { commit, ...judgeSite(commit, tree, cache, contextsOf(directories, tree)) };
}

/** Beyond this many changed files the step's own commit is named as the cause. */
const MAX_CAUSES = 200;

/** Who touched which file last between two commits; a function that answers at once. */
export async function causesBetween(
  source: History,
  from: string | null,
  to: Commit,
): Promise<(source: SourceRef) => Commit> {
  if (from === null || from === to.id) return () => to;
  const causes = await lastChanges(source, from, to).catch((error: unknown) => {
    // After a rewrite the commit before may be gone; the step's own is named then.
    if (error instanceof GitError && error.code === 'missing-object') return new Map<string, Commit>();
    throw error;
  });
  return ({ file }) => causes.get(file) ?? to;
}

async function lastChanges(source: History, from: string, to: Commit): Promise<Map<string, Commit>> {
  const causes = new Map<string, Commit>();
  const [paths, commits] = await Promise.all([source.changedPaths(from, to.id), source.range(from, to.id)]);
  const changed = paths.filter(isSitePath);
  if (commits.length > 1 && changed.length <= MAX_CAUSES) {
    for (const path of changed) causes.set(path, await source.lastChange(from, to.id, path));
  }
  return causes;
}
