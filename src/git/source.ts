import { BLOB_LIMITS, type BlobLimits, blobSizes, readBlobs } from './blobs.ts';
import type { Git } from './command.ts';
import type { Auth } from './environment.ts';
import { createHistory, type History } from './history.ts';
import { openLocal } from './local.ts';
import { parseLocation } from './location.ts';
import { checkBranch } from './names.ts';
import { openRemote } from './remote.ts';
import { createWaker, type WakerOptions } from './wake.ts';
import { watchRefs } from './watch-refs.ts';

export interface SourceOptions {
  /** A path (the top of a work tree, or a git directory) or a URL: https, ssh (also `user@host:path`), git, file. */
  location: string;
  /** Null follows the branch that HEAD points to when it is first seen. */
  branch: string | null;
  /** Of this daemon alone; a remote's mirror is kept there. */
  dataDir: string;
  auth?: Auth;
  /** How often to wake in any case, in ms, ±10 %. */
  pollInterval: number;
  /** The environment that git gets a few variables of (PATH, HOME, proxies, GIT_CONFIG_*). */
  env: NodeJS.ProcessEnv;
  /** Closes the source when it aborts. */
  signal?: AbortSignal;
  random?: () => number;
  /** Hears what does not stop the work, such as a watch that cannot be set up. */
  warn?: (message: string) => void;
  /** ms; default 100. */
  debounce?: number;
  /** Longest time of one git command here, and of one that asks a server, in ms; default 60 s and 5 min. */
  timeout?: number;
  networkTimeout?: number;
  limits?: BlobLimits;
}

/** A repository of which one branch is followed. Everything is read by commit and blob id; all fail with GitError. */
export interface Source extends History {
  /** `branch main of /srv/site`. */
  describe(): string;
  /** The branch that is followed; null as long as that is not known. */
  branch(): string | null;
  /** The commit the branch is at; for a remote, fetches first. Says nothing about whether it may come into force. */
  head(): Promise<string>;
  /** Contents by blob id. What a blobless mirror lacks is fetched in one go. */
  blobs(ids: Iterable<string>, limits?: BlobLimits): Promise<Map<string, Buffer>>;
  /** Bytes of each, by blob id; brings what a blobless mirror lacks. */
  sizes(ids: Iterable<string>): Promise<Map<string, number>>;
  /** Calls back when `head` may have moved, and may do so for nothing. Returns what ends it. */
  onChange(callback: () => void): () => void;
  /** Ends the watch, the timers and every running git. */
  close(): void;
}

interface Repository {
  git: Git;
  branch(): string | null;
  head(): Promise<string>;
  fetchBlobs: ((ids: string[]) => Promise<void>) | null;
  watch: WakerOptions['watch'] | null;
}

/**
 * Opens a local repository in place, or the mirror of a remote one, without asking the server.
 * Fails with GitError: 'unreachable' or 'not-a-repository' for a path without one, 'unsafe' for a name or an owner.
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  const closing = new AbortController();
  const repository = await openRepository(options, closing.signal);
  const { random = Math.random, debounce = 100, pollInterval, limits = BLOB_LIMITS } = options;
  const watch = repository.watch ? { watch: repository.watch } : {};
  const reader = { git: repository.git, fetch: repository.fetchBlobs };
  const waker = createWaker({ debounce, pollInterval, random, ...watch });

  function close(): void {
    options.signal?.removeEventListener('abort', close);
    waker.close();
    closing.abort();
  }
  options.signal?.addEventListener('abort', close);
  if (options.signal?.aborted) close();

  return {
    ...createHistory(repository.git),
    describe: () => `branch ${repository.branch() ?? '(not yet known)'} of ${options.location}`,
    branch: repository.branch,
    head: repository.head,
    blobs: (ids, most = limits) => readBlobs({ ...reader, limits: most }, ids),
    sizes: (ids) => blobSizes(reader, ids),
    onChange: waker.onChange,
    close,
  };
}

async function openRepository(options: SourceOptions, signal: AbortSignal): Promise<Repository> {
  const { env, dataDir, auth = {}, warn = () => {}, timeout = 60_000, networkTimeout = 300_000 } = options;
  const branch = options.branch === null ? null : checkBranch(options.branch);
  const location = parseLocation(options.location);
  if (location.kind === 'remote') {
    const remote = { location, branch, dataDir, auth, env, timeout, networkTimeout, signal };
    return { ...(await openRemote(remote)), watch: null };
  }
  const local = await openLocal({ path: location.path, branch, env, timeout, signal });
  return { ...local, fetchBlobs: null, watch: (hint) => watchRefs(local.places, hint, warn) };
}
