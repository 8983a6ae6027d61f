import { access, constants } from 'node:fs/promises';
import { createGit, type Git } from './command.ts';
import { type Auth, networkEnvironment, readEnvironment } from './environment.ts';
import { GitError } from './errors.ts';
import { createFetcher, MIRROR_REF } from './fetch.ts';
import type { Location } from './location.ts';
import { mirrorEnvironment, openMirror } from './mirror.ts';

export interface RemoteRepository {
  /** For what is in the mirror already. */
  git: Git;
  branch(): string | null;
  /** Fetches, and returns the commit of the branch. Callers at the same time share one fetch. */
  head(): Promise<string>;
  fetchBlobs(ids: string[]): Promise<void>;
}

export interface RemoteOptions {
  location: Location & { kind: 'remote' };
  branch: string | null;
  dataDir: string;
  auth: Auth;
  env: NodeJS.ProcessEnv;
  /** Of a command that stays on this machine, and of one that asks the server, in ms. */
  timeout: number;
  networkTimeout: number;
  signal: AbortSignal;
}

/** Opens the mirror without asking the server, so that what was accepted can be read while the server is away. */
export async function openRemote(options: RemoteOptions): Promise<RemoteRepository> {
  const { location, auth, env, signal, timeout } = options;
  const where = location.url;
  const network = networkEnvironment(env, location, auth);
  const dir = await openMirror({ url: where, dataDir: options.dataDir, env, timeout, signal });
  const here = { where, cwd: dir, signal };
  const git = createGit({ ...here, timeout, env: mirrorEnvironment(readEnvironment(env), dir) });
  const far = createGit({ ...here, timeout: options.networkTimeout, env: mirrorEnvironment(network, dir) });
  const fetcher = createFetcher(far, where);
  let followed = options.branch;
  let last = '';
  let underway: Promise<string> | null = null;

  async function fetchHead(): Promise<string> {
    await needSecrets(auth);
    followed ??= await fetcher.defaultBranch();
    await fetcher.branch(followed);
    const id = (
      await git.text(['rev-parse', '--verify', '--end-of-options', `${MIRROR_REF}^{commit}`])
    ).trim();
    // Tidying is for speed only: the next fetch tries again.
    if (id !== last) await fetcher.tidy().catch(() => {});
    last = id;
    return id;
  }

  return {
    git,
    branch: () => followed,
    head() {
      underway ??= fetchHead().finally(() => {
        underway = null;
      });
      return underway;
    },
    async fetchBlobs(ids) {
      await needSecrets(auth);
      await fetcher.blobs(ids);
    },
  };
}

/** git and ssh would say only that the server refused. */
async function needSecrets(auth: Auth): Promise<void> {
  for (const file of [auth.sshKeyFile, auth.knownHostsFile, auth.tokenFile]) {
    if (file === undefined) continue;
    await access(file, constants.R_OK).catch(() => {
      throw new GitError('auth', `cannot read ${file}; create it, or let the daemon's user read it`);
    });
  }
}
