/** The directory that an image is built from, as the commit has it; the working tree plays no part (promise 4). */

import dockerignore from '@balena/dockerignore';
import { packContext } from '../../build/context.ts';
import { baseOf } from '../../build/dockerfile.ts';
import { BuildError } from '../../build/errors.ts';
import { GitError } from '../../git/errors.ts';
import type { Source } from '../../git/source.ts';
import type { ImageBuild } from '../../model/desired.ts';

export type ContextFiles = Pick<Source, 'contents' | 'sizes' | 'blobs'>;

export interface BuildContext {
  /** A tar archive; as often as it is asked for. */
  pack(): AsyncIterable<Uint8Array>;
  /** The image that it begins with; empty for none, and where that cannot be told. */
  base: string;
}

/** Of files of a context; those of the site itself are kept much smaller. */
const LIMITS = { file: 512 * 2 ** 20, total: 2 ** 30 };
const IGNORE = '.dockerignore';

/** Rejects with BuildError `context`, as reading from `pack` does. */
export async function openContext(
  source: ContextFiles,
  commit: string,
  { context, dockerfile }: ImageBuild,
): Promise<BuildContext> {
  const files = await orError(source.contents(commit, context));
  const textOf = async (path: string): Promise<string> => {
    const blob = files.find((file) => file.path === path)?.blob;
    if (blob === undefined) return '';
    return (await orError(source.blobs([blob]))).get(blob)?.toString('utf8') ?? '';
  };
  const rules = await textOf(IGNORE);
  const ignored = dockerignore.default({ ignorecase: false }).add(rules);
  // Builders need these two in any case.
  const sent = files.filter(({ path }) => path === dockerfile || path === IGNORE || !ignored.ignores(path));
  const blobs = (ids: Iterable<string>) => orError(source.blobs(ids, LIMITS));
  return {
    pack: () => packContext(sent, { sizes: (ids) => orError(source.sizes(ids)), blobs }),
    base: baseOf(await textOf(dockerfile)),
  };
}

async function orError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitError) throw new BuildError('context', error.message);
    throw error;
  }
}
