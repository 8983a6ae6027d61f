import { pathToFileURL } from 'node:url';
import { BLOB_LIMITS, type BlobLimits, readBlobs } from './blobs.ts';
import { createGit } from './command.ts';
import { type Auth, networkEnvironment, readEnvironment } from './environment.ts';
import { GitError } from './errors.ts';
import { createHistory, type History } from './history.ts';
import { parseLocation } from './location.ts';
import { type Merge, mergeOf } from './merge.ts';
import { mirrorEnvironment, openMirror } from './mirror.ts';
import { checkBranch } from './names.ts';

export interface ReviewMirrorOptions {
  /** As of the source that is followed. */
  location: string;
  /** Not that of the source: what a pull request brings must not lie beside what is acted on. */
  dataDir: string;
  auth?: Auth;
  env: NodeJS.ProcessEnv;
  /** Of one command here, and of one that asks the server, ms. */
  timeout?: number;
  networkTimeout?: number;
  limits?: BlobLimits;
}

/** A mirror of its own for commits that were proposed: fetched, read and merged, never followed. All fail with GitError. */
export interface ReviewMirror extends History {
  /** Brings the branch; returns its commit. */
  fetchBranch(branch: string): Promise<string>;
  /** Brings what a ref of the server points to, such as `refs/pull/12/head`; null where the server has no such ref. */
  fetchRef(ref: string): Promise<string | null>;
  /** What `head` merged into `base` would be; both were fetched. */
  merge(base: string, head: string): Promise<Merge>;
  blobs(ids: Iterable<string>, limits?: BlobLimits): Promise<Map<string, Buffer>>;
  /** Ends every running git. */
  close(): void;
}

const QUIETLY = [
  ...['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance'],
];

/** Opens it, without asking the server. */
export async function openReviewMirror(options: ReviewMirrorOptions): Promise<ReviewMirror> {
  const { env, auth = {}, timeout = 60_000, networkTimeout = 300_000, limits = BLOB_LIMITS } = options;
  const closing = new AbortController();
  const location = remoteOf(options.location);
  const where = options.location;
  const { signal } = closing;
  const cwd = await openMirror({ url: location.url, dataDir: options.dataDir, env, timeout, signal });
  const here = { where, cwd, signal, timeout, env: mirrorEnvironment(readEnvironment(env), cwd) };
  const git = createGit(here);
  const network = mirrorEnvironment(networkEnvironment(env, location, auth), cwd);
  const far = createGit({ ...here, timeout: networkTimeout, env: network });

  async function fetchRef(ref: string): Promise<string | null> {
    const kept = `refs/review/${checkBranch(ref)}`;
    try {
      await far.text(['fetch', ...QUIETLY, '--end-of-options', 'origin', `+${ref}:${kept}`]);
    } catch (error) {
      if (error instanceof GitError && error.code === 'no-branch') return null;
      throw error;
    }
    return (await git.text(['rev-parse', '--verify', '--end-of-options', `${kept}^{commit}`])).trim();
  }

  async function fetchBranch(branch: string): Promise<string> {
    const id = await fetchRef(`refs/heads/${checkBranch(branch)}`);
    if (id !== null) return id;
    throw new GitError('no-branch', `there is no branch ${branch} in ${where}`);
  }

  return {
    ...createHistory(git),
    fetchRef,
    fetchBranch,
    merge: (base, head) => mergeOf(here, base, head),
    blobs: (ids, most = limits) => readBlobs({ git, fetch: null, limits: most }, ids),
    close: () => closing.abort(),
  };
}

/** A path is fetched from like any other place. */
function remoteOf(text: string) {
  const location = parseLocation(text);
  if (location.kind === 'remote') return location;
  return {
    kind: 'remote',
    url: pathToFileURL(location.path).href,
    scheme: 'file',
    origin: 'file://',
  } as const;
}
