import { pathToFileURL } from 'node:url';
import { BLOB_LIMITS, type BlobLimits, readBlobs } from './blobs.ts';
import { createGit } from './command.ts';
import { type Auth, networkEnvironment, readEnvironment } from './environment.ts';
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
  /**
   * Brings what refs of the server point to, such as `refs/pull/12/head`, and says which commits those are. Refs that the
   * server has not are left out. At most two connections, and one where nothing is new.
   */
  fetch(refs: readonly string[]): Promise<Map<string, string>>;
  /** What `head` merged into `base` would be; both were fetched. */
  merge(base: string, head: string): Promise<Merge>;
  blobs(ids: Iterable<string>, limits?: BlobLimits): Promise<Map<string, Buffer>>;
  /** Ends every running git. */
  close(): void;
}

const QUIETLY = [
  ...['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance'],
];

/** Where the mirror keeps what it fetched. */
const KEPT = 'refs/review/';

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

  async function fetch(refs: readonly string[]): Promise<Map<string, string>> {
    const there = await listed(refs);
    const here = new Map(await kept());
    const news = [...there].filter(([ref, id]) => here.get(keptAs(ref)) !== id).map(([ref]) => ref);
    if (news.length > 0) {
      const specs = news.map((ref) => `+${ref}:${keptAs(ref)}`);
      await far.text(['fetch', ...QUIETLY, '--end-of-options', 'origin', ...specs]);
    }
    const now = new Map(await kept());
    return new Map(
      refs.flatMap((ref) => (there.has(ref) ? [[ref, now.get(keptAs(ref)) ?? ''] as const] : [])),
    );
  }

  async function listed(refs: readonly string[]): Promise<Map<string, string>> {
    const wanted = new Set(refs.map(checkBranch));
    const answer = await far.text(['ls-remote', '--end-of-options', 'origin', ...wanted]);
    return new Map(
      answer.split('\n').flatMap((line) => {
        const [id = '', ref = ''] = line.split('\t');
        return wanted.has(ref) ? [[ref, id] as const] : [];
      }),
    );
  }

  async function kept(): Promise<[ref: string, id: string][]> {
    const answer = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', KEPT]);
    return answer.split('\n').flatMap((line): [string, string][] => {
      const [id = '', ref = ''] = line.split(' ');
      return ref === '' ? [] : [[ref, id]];
    });
  }

  return {
    ...createHistory(git),
    fetch,
    merge: (base, head) => mergeOf(here, base, head),
    blobs: (ids, most = limits) => readBlobs({ git, fetch: null, limits: most }, ids),
    close: () => closing.abort(),
  };
}

function keptAs(ref: string): string {
  return `${KEPT}${ref}`;
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
