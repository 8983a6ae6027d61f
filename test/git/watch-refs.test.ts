import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/git/source.ts';
import { aFolder, aRepository, open, type Repository } from './a-repository.ts';

/** Resolves with the head as soon as a wake-up finds it to be another one; every look on the way is kept. */
function listen(source: Source) {
  const looks: Promise<string>[] = [];
  let waiting: (() => void)[] = [];
  source.onChange(() => {
    const look = source.head();
    // The last one may be cut off by the end of the test; whoever waits for it hears of that.
    look.catch(() => {});
    looks.push(look);
    for (const go of waiting) go();
    waiting = [];
  });
  const wakeUp = () => new Promise<void>((resolve) => waiting.push(resolve));
  async function until(id: string): Promise<void> {
    while (looks.length === 0 || (await looks.at(-1)) !== id) await wakeUp();
  }
  return { looks, wakeUp, until };
}

async function aWatched(site: Repository, location = site.dir, branch: string | null = null) {
  const source = await open(location, { branch });
  const listener = listen(source);
  // The watch stands with the first wake-up.
  await listener.wakeUp();
  return listener;
}

describe('watching a local repository', () => {
  it('wakes for a commit made in the work tree, again and again', async () => {
    const site = aRepository();
    site.commit({ a: '0' });
    const watched = await aWatched(site);
    for (const text of ['1', '2', '3']) await watched.until(site.commit({ a: text }));
  });

  it('sees no branch gone while refs are packed', async () => {
    const site = aRepository();
    site.commit({ a: '0' });
    const watched = await aWatched(site);
    for (let n = 0; n < 5; n++) {
      const id = site.commit({ a: `packed ${n}` });
      site.git('pack-refs', '--all', '--prune');
      await watched.until(id);
    }
    const looks = await Promise.allSettled(watched.looks);
    expect(looks.filter((look) => look.status === 'rejected')).toEqual([]);
  });

  it('wakes for a push into a bare repository, on a branch in folders', async () => {
    const site = aRepository();
    site.commit({ a: '0' });
    site.git('checkout', '--quiet', '-b', 'ops/site/live');
    const bare = join(aFolder(), 'site.git');
    site.git('clone', '--quiet', '--bare', site.dir, bare);
    const watched = await aWatched(site, bare, 'ops/site/live');
    const id = site.commit({ a: '1' });
    site.git('push', '--quiet', bare, 'HEAD');
    await watched.until(id);
  });

  it('wakes in a linked work tree', async () => {
    const site = aRepository();
    site.commit({ a: '0' });
    const linked = join(aFolder(), 'linked');
    site.git('worktree', 'add', '--quiet', '-b', 'other', linked);
    const watched = await aWatched(site, linked);
    site.commit({ a: '1' });
    site.git('branch', '--force', 'spare', 'main');
    site.git('-C', linked, 'merge', '--quiet', 'main');
    await watched.until(site.git('rev-parse', 'other'));
  });

  it('sees a rewritten history as another head that does not descend', async () => {
    const site = aRepository();
    const first = site.commit({ a: '0' });
    const source = await open(site.dir);
    const listener = listen(source);
    await listener.wakeUp();
    site.git('commit', '--quiet', '--amend', '-m', 'rewritten');
    const id = site.git('rev-parse', 'HEAD');
    await listener.until(id);
    expect(await source.isAncestor(first, id)).toBe(false);
  });
});
