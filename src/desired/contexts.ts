/** Directories that images are built from. */

import { hash } from 'node:crypto';
import type { ImageBuild } from '../model/desired.ts';
import type { ImageBuildSpec } from '../model/site-parts.ts';
import { canonicalJson } from './digest.ts';
import { parseDuration } from './duration.ts';
import type { Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';
import type { TreeEntry } from './site-paths.ts';

/** What the repository has beside the site's own files. */
export interface Contexts {
  /** Git's name of a directory's content; null where there is no such directory. */
  tree(directory: string): string | null;
  hasFile(path: string): boolean;
  /** To guess from. */
  directories(): Iterable<string>;
}

/** Of a commit: its directories by path, and its files. */
export function contextsOf(
  directories: ReadonlyMap<string, string>,
  files: readonly Pick<TreeEntry, 'path'>[],
): Contexts {
  let paths: Set<string> | null = null;
  return {
    tree: (directory) => directories.get(directory) ?? null,
    hasFile(path) {
      paths ??= new Set(files.map((file) => file.path));
      return paths.has(path);
    },
    directories: () => directories.keys(),
  };
}

const DOCKERFILE = 'Dockerfile';
const TIMEOUT = '30m';

/** Over all that the built image depends on, as far as Git says it. */
export function buildOf(spec: ImageBuildSpec, contexts: Contexts | null): ImageBuild {
  const { context, dockerfile = DOCKERFILE, args = {}, platforms = [], timeout = TIMEOUT } = spec;
  const tree = contexts?.tree(context) ?? '';
  const key = hash('sha256', canonicalJson({ tree, dockerfile, args, platforms }), 'hex');
  return { context, dockerfile, args, platforms, timeout: parseDuration(timeout) ?? 0, tree, key };
}

/** That the directory is there, with its Dockerfile. */
export function checkContext(image: Placed<'Image'>, contexts: Contexts, report: Report): void {
  const { build } = image.spec;
  if (!build) return;
  const { context, dockerfile = DOCKERFILE } = build;
  if (context.split('/').includes('.')) {
    const message = `${JSON.stringify(context)} is no directory of its own`;
    const hint = 'Write a directory below the top of the repository, like `images/correlator`, without `.`.';
    report.at(image, ['spec', 'build', 'context'], { code: 'schema', message, hint });
  } else if (contexts.tree(context) === null) {
    const guess = nearest(context, contexts.directories());
    const hint = guess ? `Did you mean \`${guess}\`?` : 'Commit the directory, with a Dockerfile in it.';
    const message = `there is no directory ${JSON.stringify(context)} in the repository`;
    report.at(image, ['spec', 'build', 'context'], { code: 'dangling', message, hint });
  } else if (!contexts.hasFile(`${context}/${dockerfile}`)) {
    const isSaid = build.dockerfile !== undefined;
    const message = `there is no file ${JSON.stringify(dockerfile)} in ${context}`;
    const hint = 'Commit it, or name it in `dockerfile`, as a path inside the context.';
    const path = ['spec', 'build', isSaid ? 'dockerfile' : 'context'];
    report.at(image, path, { code: 'dangling', message, hint });
  }
}
