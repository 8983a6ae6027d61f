/** The site repository of a scenario: a real one, or one in memory that costs no processes. */

import { createHash } from 'node:crypto';
import { GitError } from '../../src/git/errors.ts';
import type { Source } from '../../src/git/source.ts';
import type { Commit } from '../../src/model/desired.ts';
import { aRepository } from '../promises/repository.ts';
import { type SiteText, siteFiles } from '../promises/site-text.ts';
import { patientNow } from './patient-clock.ts';

/** What people do to it. All answer the commit that the branch is at then. */
interface SiteRepository {
  head(): string;
  commit(site: SiteText, message: string): Promise<string>;
  /** Rewrites the last commit. */
  amend(message: string): Promise<string>;
  /** Moves the branch to any commit there ever was. */
  reset(commit: string): Promise<string>;
  /** Stands for git; null where git itself is to read the files. */
  source: Source | null;
}

export async function gitRepository(path: string, start: SiteText): Promise<SiteRepository> {
  const { git, commit } = await aRepository(path, start);
  const findHead = async () => (await git('rev-parse', 'HEAD')).stdout;
  let head = await findHead();
  return {
    source: null,
    head: () => head,
    async commit(site, message) {
      head = await commit(site, message);
      return head;
    },
    async amend(message) {
      await git('commit', '-q', '--amend', '--allow-empty', '-m', message);
      head = await findHead();
      return head;
    },
    async reset(commit) {
      await git('reset', '-q', '--hard', commit);
      head = commit;
      return head;
    },
  };
}

interface Entry {
  commit: Commit;
  parent: string | null;
  /** Text by path. */
  files: ReadonlyMap<string, string>;
}

export function memoryRepository(start: SiteText): SiteRepository {
  const commits = new Map<string, Entry>();
  const blobs = new Map<string, string>();
  const listeners = new Set<() => void>();
  let head = add(siteFiles(start), 'start', null);

  function add(files: ReadonlyMap<string, string>, subject: string, parent: string | null): string {
    for (const text of files.values()) blobs.set(hash(text), text);
    const time = patientNow();
    const id = hash(JSON.stringify([...files, subject, parent, commits.size]));
    commits.set(id, {
      commit: { id, author: 'Ada', email: 'ada@example.org', time, subject },
      parent,
      files,
    });
    return id;
  }

  function entry(id: string): Entry {
    const found = commits.get(id);
    if (!found) throw new GitError('missing-object', `there is no commit ${id} here`);
    return found;
  }

  function move(to: string): string {
    head = to;
    for (const listener of listeners) setImmediate(listener);
    return to;
  }

  /** The commit and all behind it, newest first. */
  function line(id: string): Entry[] {
    const found = entry(id);
    return found.parent === null ? [found] : [found, ...line(found.parent)];
  }

  function range(from: string, to: string): Entry[] {
    const known = new Set(line(from));
    return line(to).filter((one) => !known.has(one));
  }

  function differ(a: Entry['files'], b: Entry['files']): string[] {
    return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path)).sort();
  }

  const source: Source = {
    describe: () => 'branch main in memory',
    branch: () => 'main',
    rootTrees: async () => new Map(),
    head: async () => head,
    resolve: async (revision) => entry(revision === 'HEAD' ? head : revision).commit.id,
    readCommit: async (id) => entry(id).commit,
    rawCommit: async (id) => Buffer.from(entry(id).commit.subject),
    trailers: async () => [],
    directories: async () => new Map(),
    contents: async () => [],
    sizes: async () => new Map(),
    tree: async (id) => [...entry(id).files].sort().map(([path, text]) => ({ path, blob: hash(text) })),
    blobs: async (ids) => new Map([...ids].map((id) => [id, Buffer.from(blobs.get(id) ?? '')])),
    isAncestor: async (ancestor, descendant) => line(descendant).includes(entry(ancestor)),
    range: async (from, to) => range(from, to).map(({ commit }) => commit),
    changedPaths: async (from, to) => differ(entry(from).files, entry(to).files),
    async lastChange(from, to, path) {
      const candidates = from === null ? line(to) : range(from, to);
      const touches = ({ parent, files }: Entry) =>
        files.get(path) !== (parent === null ? undefined : entry(parent).files.get(path));
      return (candidates.find(touches) ?? entry(to)).commit;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {},
  };

  return {
    source,
    head: () => head,
    commit: async (site, message) => move(add(siteFiles(site), message, head)),
    amend: async (message) => move(add(entry(head).files, message, entry(head).parent)),
    reset: async (commit) => move(commit),
  };
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
