import type { Git } from './command.ts';
import { GitError } from './errors.ts';
import { checkBranch } from './names.ts';

/** Where the mirror keeps the branch it follows, whatever its name: one ref cannot get in another one's way. */
export const MIRROR_REF = 'refs/mirror/head';

/**
 * What makes a fetch a partial one, given on the command line and not in the mirror's configuration. `cat-file` then reports
 * an absent object as missing, where in a declared partial clone it would fetch each by itself, a connection a file.
 */
const PARTIAL = ['-c', 'remote.origin.promisor=true', '-c', 'remote.origin.partialCloneFilter=blob:none'];
const QUIETLY = [
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
];

export interface Fetcher {
  /** The branch that the server's HEAD points to. */
  defaultBranch(): Promise<string>;
  /** Brings the branch's commits and trees. One connection. */
  branch(name: string): Promise<void>;
  /** Brings the blobs, all over one connection; a server that hands out no single objects is asked for everything. */
  blobs(ids: string[]): Promise<void>;
  /** Joins the many small packs that polling makes. */
  tidy(): Promise<void>;
}

/** `where` is the URL, for messages. The git it is given runs in the mirror, with the environment for the network. */
export function createFetcher(git: Git, where: string): Fetcher {
  let filter = '--filter=blob:none';
  let last: string | null = null;

  async function branch(name: string, ...more: string[]): Promise<void> {
    const spec = `+refs/heads/${checkBranch(name)}:${MIRROR_REF}`;
    await git.text([...PARTIAL, 'fetch', ...QUIETLY, filter, ...more, '--end-of-options', 'origin', spec]);
    last = name;
  }

  return {
    async defaultBranch() {
      const answer = await git.text(['ls-remote', '--symref', '--end-of-options', 'origin', 'HEAD']);
      const name = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(answer)?.[1];
      if (name) return checkBranch(name);
      throw new GitError(
        'no-branch',
        `${where} does not say which branch is its main one; name the branch to follow`,
      );
    },

    branch: (name) => branch(name),

    async blobs(ids) {
      const options = [...PARTIAL, '-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...QUIETLY, filter];
      try {
        await git.pipe([...options, '--stdin', 'origin'], `${ids.join('\n')}\n`, 1_000_000);
      } catch (error) {
        if (!(error instanceof GitError) || error.code !== 'missing-object' || last === null) throw error;
        filter = '--no-filter';
        await branch(last, '--refetch');
      }
    },

    async tidy() {
      await git.text([...PARTIAL, '-c', 'gc.autoDetach=false', 'gc', '--auto', '--quiet']);
    },
  };
}
