/** A tree judged: resolved, and rehearsed, so that a commit that could not be rendered changes nothing (promise 4). */

import type { Contexts } from '../desired/contexts.ts';
import type { DocumentCache } from '../desired/document-cache.ts';
import { excerptOf } from '../desired/excerpt.ts';
import { type Resolution, resolveSite } from '../desired/resolve.ts';
import { isReferredFile, type TreeEntry } from '../desired/site-paths.ts';
import { type Mistake, rehearse, templateProblems } from '../installers/rehearse.ts';
import type { Commit } from '../model/desired.ts';
import type { Problem } from '../model/problem.ts';

/** As resolveSite does; what templates do wrong is among the problems, all at once. */
export function judgeSite(
  commit: Commit,
  tree: readonly TreeEntry[],
  cache: Pick<DocumentCache, 'get' | 'bytes'>,
  contexts: Contexts | null = null,
): Resolution {
  const resolution = resolveSite(commit, tree, cache, contexts);
  const texts = resolution.site?.texts ?? textsOf(tree, cache);
  const broken = templateProblems(texts);
  const mistakes = broken.length > 0 || !resolution.site ? broken : rehearse(resolution.site);
  if (mistakes.length === 0) return resolution;
  const found = mistakes.map((mistake) => problemOf(mistake, texts.get(mistake.file)));
  return { site: null, problems: [...resolution.problems, ...found] };
}

function textsOf(tree: readonly TreeEntry[], cache: Pick<DocumentCache, 'bytes'>): Map<string, string> {
  const files = tree.filter(({ path }) => isReferredFile(path));
  return new Map(
    files.map(({ path, blob }) => [path, new TextDecoder().decode(cache.bytes(blob) ?? undefined)]),
  );
}

function problemOf({ file, line, column, message }: Mistake, text: string | undefined): Problem {
  const hint =
    'docs/site-format.md lists what a template may say; nothing of this commit is in force until it is mended.';
  return {
    ...{ code: 'template', severity: 'error', file, line, column, message, hint },
    ...(text === undefined || line === 0 ? {} : { excerpt: excerptOf(text, { line, column }, false) }),
  };
}
