import type { Commit } from '../model/desired.ts';
import type { Git } from './command.ts';
import { GitError } from './errors.ts';
import { checkObjectId, checkPath, checkRevision, checkTrailer } from './names.ts';

/** A file of a commit: its path, and the object that holds its text. */
export interface TreeEntry {
  path: string;
  blob: string;
}

/** What lies in a directory: for a link, the object holds where it leads. */
export interface ContentEntry extends TreeEntry {
  kind: 'file' | 'program' | 'link';
}

export interface History {
  /** The commit that a branch, tag, `HEAD~2` or abbreviated name stands for; 'missing-object' where it is unknown. */
  resolve(revision: string): Promise<string>;
  readCommit(id: string): Promise<Commit>;
  /** The commit object byte for byte, at most 4 MiB. */
  rawCommit(id: string): Promise<Buffer>;
  /**
   * Of the commits that `to` has and `from` has not, those with the trailer in their message, oldest first, and its values
   * (git-interpret-trailers(1)).
   */
  trailers(from: string, to: string, key: string): Promise<{ id: string; values: string[] }[]>;
  /** Every file at the commit, in path order; symbolic links and submodules are left out. */
  tree(id: string): Promise<TreeEntry[]>;
  /** Every directory at the commit, with the object name of its content. */
  directories(id: string): Promise<Map<string, string>>;
  /** All below a directory of the commit, by paths from there; 'unsafe' where a submodule is among it. */
  contents(id: string, path: string): Promise<ContentEntry[]>;
  /** Whether `descendant` has `ancestor` in its history; 'missing-object' where either is gone. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The commits that `to` has and `from` has not, newest first. */
  range(from: string, to: string): Promise<Commit[]>;
  /** The commits that `to` has and `from` has not, each with the object that holds its files. */
  rootTrees(from: string, to: string): Promise<Map<string, string>>;
  /** The last commit in `from..to` that touched the path, in all history for null; `to`'s own where none did. */
  lastChange(from: string | null, to: string, path: string): Promise<Commit>;
  /** Paths that differ between the two commits; a renamed file counts under both names. */
  changedPaths(from: string, to: string): Promise<string[]>;
}

/** Reads commits and trees, for which a blobless clone needs no server. */
export function createHistory(git: Git): History {
  const log = async (...args: string[]): Promise<Commit[]> =>
    parseCommits(await git.text(['log', '-z', ...LOG_OPTIONS, ...args]));

  async function readCommit(id: string): Promise<Commit> {
    const [commit] = await log('-1', '--end-of-options', checkObjectId(id));
    if (!commit) throw new GitError('missing-object', `there is no commit ${id}`);
    return commit;
  }

  return {
    readCommit,

    rawCommit: (id) => git.pipe(['cat-file', 'commit', checkObjectId(id)], '', 4 * 2 ** 20),

    async trailers(from, to, key) {
      const format = `--format=%H%x01%(trailers:key=${checkTrailer(key)},valueonly,unfold,separator=%x01)`;
      const settings = ['-c', 'trailer.separators=:', 'log', '-z', '--reverse', '--no-show-signature'];
      const text = await git.text([
        ...[...settings, '--no-color', '--no-patch', '--encoding=UTF-8', format],
        ...['--end-of-options', span(from, to)],
      ]);
      return text.split('\0').flatMap((record) => {
        const [id = '', ...said] = record.split('\x01');
        const values = said.map((value) => printable(value.trim())).filter((value) => value !== '');
        return values.length === 0 ? [] : [{ id, values }];
      });
    },

    async resolve(revision) {
      const wanted = `${checkRevision(revision)}^{commit}`;
      const id = await git.find(['rev-parse', '--verify', '--quiet', '--end-of-options', wanted]);
      if (id !== null) return id.trim();
      throw new GitError(
        'missing-object',
        `there is no commit ${revision} here; fetch it, or correct the name`,
      );
    },

    async tree(id) {
      const listing = await git.text(['ls-tree', '-r', ...LISTING, checkObjectId(id)]);
      return listing.split('\0').flatMap((line) => {
        const entry = /^100\d{3} blob ([0-9a-f]+)\t([\s\S]*)$/.exec(line);
        return entry?.[1] && entry[2] ? [{ path: entry[2], blob: entry[1] }] : [];
      });
    },

    async directories(id) {
      const listing = await git.text(['ls-tree', '-r', '-d', ...LISTING, checkObjectId(id)]);
      return new Map(
        listing.split('\0').flatMap((line) => {
          const entry = /^040000 tree ([0-9a-f]+)\t([\s\S]*)$/.exec(line);
          return entry?.[1] && entry[2] ? [[entry[2], entry[1]] as const] : [];
        }),
      );
    },

    async contents(id, path) {
      const listing = await git.text([
        ...['ls-tree', '-r', ...LISTING],
        `${checkObjectId(id)}:${checkPath(path)}`,
      ]);
      return listing.split('\0').flatMap((line) => (line === '' ? [] : contentEntry(line, path)));
    },

    async isAncestor(ancestor, descendant) {
      const ids = [checkObjectId(ancestor), checkObjectId(descendant)];
      return (await git.find(['merge-base', '--is-ancestor', '--end-of-options', ...ids])) !== null;
    },

    range: async (from, to) => log('--end-of-options', span(from, to)),

    async rootTrees(from, to) {
      const listing = await git.text([
        'rev-list',
        '--no-commit-header',
        '--format=%H %T',
        span(from, to),
        '--',
      ]);
      return new Map(
        listing.split('\n').flatMap((line) => {
          const [id = '', tree = ''] = line.split(' ');
          return tree === '' ? [] : [[id, tree] as const];
        }),
      );
    },

    async lastChange(from, to, path) {
      const where = from === null ? checkObjectId(to) : span(from, to);
      const [commit] = await log('-1', '--end-of-options', where, '--', checkPath(path));
      return commit ?? (await readCommit(to));
    },

    async changedPaths(from, to) {
      const ids = [checkObjectId(from), checkObjectId(to)];
      const options = [
        '-r',
        '-z',
        '--name-only',
        '--no-renames',
        '--no-ext-diff',
        '--ignore-submodules=none',
      ];
      const listing = await git.text(['diff-tree', ...options, '--end-of-options', ...ids]);
      return listing.split('\0').filter((path) => path !== '');
    },
  };
}

const LISTING = ['-z', '--full-tree', '--end-of-options'];
const KINDS: Record<string, ContentEntry['kind']> = { 100644: 'file', 100755: 'program', 120000: 'link' };

/** git-ls-tree(1), OUTPUT FORMAT. */
function contentEntry(line: string, directory: string): ContentEntry {
  const [, mode = '', blob = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(line) ?? [];
  const kind = KINDS[mode];
  if (kind) return { path, blob, kind };
  throw new GitError(
    'unsafe',
    `${directory}/${path} is a submodule, whose files are not in this repository; commit the files themselves`,
  );
}

const LOG_OPTIONS = [
  ...['--no-show-signature', '--no-color', '--no-notes', '--no-mailmap', '--no-ext-diff', '--no-patch'],
  ...['--encoding=UTF-8', '--format=%H%x00%an%x00%ae%x00%ct%x00%s'],
];

function span(from: string, to: string): string {
  return `${checkObjectId(from)}..${checkObjectId(to)}`;
}

function parseCommits(listing: string): Commit[] {
  const fields = listing.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [id = '', author = '', email = '', seconds = '', subject = ''] = fields.slice(at, at + 5);
    const people = { author: printable(author), email: printable(email) };
    commits.push({ id, ...people, time: Number(seconds) * 1000, subject: printable(subject) });
  }
  return commits;
}

/** Anyone may write a commit: what would steer a terminal is not let through. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
