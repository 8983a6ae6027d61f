import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReviewMirror } from '../../src/git/review-mirror.ts';
import { aFolder, aRepository, ENV, type Repository } from './a-repository.ts';
import { aGitDaemon } from './a-server.ts';

async function aMirror(location: string) {
  const mirror = await openReviewMirror({ location, dataDir: aFolder(), env: ENV });
  onTestFinished(mirror.close);
  return mirror;
}

/** A repository with `refs/pull/1/head`, made by `change` on a branch of its own. */
function aProposal(
  change: Record<string, string>,
  dir?: string,
): Repository & { base: string; head: string } {
  const repository = aRepository(dir);
  const base = repository.commit({ a: '1\n', b: '1\n' }, 'first');
  repository.git('switch', '-q', '-c', 'change');
  const head = repository.commit(change, 'proposed');
  repository.git('switch', '-q', 'main');
  repository.git('update-ref', 'refs/pull/1/head', head);
  repository.git('branch', '-D', '-q', 'change');
  return { ...repository, base, head };
}

describe('a mirror for review', () => {
  it('reads what a pull request proposes, over git://', async () => {
    const folder = aFolder();
    const { base, head } = aProposal({ a: '2\n' }, join(folder, 'site'));
    const server = await aGitDaemon(folder, 'site');
    const mirror = await aMirror(server.url);
    const refs = ['refs/heads/main', 'refs/pull/1/head', 'refs/pull/2/head'];
    const heads = new Map([
      ['refs/heads/main', base],
      ['refs/pull/1/head', head],
    ]);
    expect(await mirror.fetch(refs)).toEqual(heads);
    expect(server.connections()).toBe(2);
    expect(await mirror.fetch(refs)).toEqual(heads);
    expect(server.connections()).toBe(3);
    const merge = await mirror.merge(base, head);
    expect(merge).toMatchObject({ commit: head, conflicts: [] });
    const [a] = await mirror.tree(head);
    expect((await mirror.blobs([a?.blob ?? ''])).get(a?.blob ?? '')?.toString()).toBe('2\n');
  });

  it('merges what has moved on both sides, the same way each time', async () => {
    const repository = aProposal({ a: '2\n' });
    const base = repository.commit({ b: '2\n' }, 'meanwhile');
    const mirror = await aMirror(repository.dir);
    await mirror.fetch(['refs/heads/main', 'refs/pull/1/head']);
    const merge = await mirror.merge(base, repository.head);
    expect(await mirror.merge(base, repository.head)).toEqual(merge);
    const tree = await mirror.tree(merge.commit ?? '');
    const blobs = await mirror.blobs(tree.map(({ blob }) => blob));
    expect(tree.map(({ path, blob }) => `${path}: ${blobs.get(blob)}`)).toEqual(['a: 2\n', 'b: 2\n']);
    expect(await mirror.changedPaths(base, merge.commit ?? '')).toEqual(['a']);
    expect((await mirror.lastChange(base, merge.commit ?? '', 'a')).id).toBe(repository.head);
    // What the merge on the forge leads to is known by its files.
    repository.git('merge', '-q', '--squash', repository.head);
    const squashed = repository.commit({}, 'squashed');
    await mirror.fetch(['refs/heads/main']);
    expect((await mirror.rootTrees(base, squashed)).get(squashed)).toBe(merge.tree);
  });

  it('names the files that are in conflict', async () => {
    const repository = aProposal({ a: '2\n' });
    const base = repository.commit({ a: '3\n' }, 'meanwhile');
    const mirror = await aMirror(repository.dir);
    await mirror.fetch(['refs/heads/main', 'refs/pull/1/head']);
    expect(await mirror.merge(base, repository.head)).toEqual({ commit: null, tree: null, conflicts: ['a'] });
  });

  it('follows a branch that is pushed anew by force', async () => {
    const repository = aProposal({ a: '2\n' });
    const mirror = await aMirror(repository.dir);
    await mirror.fetch(['refs/pull/1/head']);
    repository.git('switch', '-q', '--detach', repository.base);
    const other = repository.commit({ a: '9\n' }, 'another idea');
    repository.git('update-ref', 'refs/pull/1/head', other);
    expect(await mirror.fetch(['refs/pull/1/head'])).toEqual(new Map([['refs/pull/1/head', other]]));
  });

  it('leaves nothing in the repository that it reads from', async () => {
    const repository = aProposal({ a: '2\n' });
    const base = repository.commit({ b: '2\n' }, 'meanwhile');
    const before = repository.git('count-objects', '-v');
    const mirror = await aMirror(repository.dir);
    await mirror.fetch(['refs/heads/main', 'refs/pull/1/head']);
    await mirror.merge(base, repository.head);
    expect(repository.git('count-objects', '-v')).toBe(before);
  });
});
