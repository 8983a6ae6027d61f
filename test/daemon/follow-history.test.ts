import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFollower, type Follower } from '../../src/daemon/follow.ts';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import type { Source } from '../../src/git/source.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { Site } from '../../src/model/desired.ts';
import type { Journal } from '../../src/model/journal.ts';
import { aFolder, aRepository, open, type Repository } from '../git/a-repository.ts';
import { type NodeText, siteFiles } from '../promises/site-text.ts';

const N01: NodeText = { name: 'n01', mac: '52:54:00:00:00:01', bmc: '127.9.0.1', address: '127.9.0.2' };

const files = (node: Partial<NodeText> = {}) =>
  Object.fromEntries(siteFiles({ nodes: [{ ...N01, ...node }] }));

interface Following {
  follower: Follower;
  site: () => Site | null;
  reasons: () => string[];
}

function follow(source: Source, journal: Journal): Following {
  let site: Site | null = null;
  let time = 0;
  const follower = createFollower({
    source,
    cache: createDocumentCache(),
    journal,
    clock: () => time++,
    site: () => site,
    prepare: async () => {},
    use: (next) => {
      site = next;
    },
    inForce: async () => {},
  });
  return {
    follower,
    site: () => site,
    reasons: () =>
      journal
        .read({})
        .filter(({ node }) => node === null)
        .map(({ reason }) => reason),
  };
}

async function aFollowed(): Promise<
  Following & { repository: Repository; source: Source; journal: Journal; first: string }
> {
  const repository = aRepository();
  const first = repository.commit(files(), 'start');
  const source = await open(repository.dir);
  const journal = openMemoryJournal({ clock: Date.now });
  const following = follow(source, journal);
  await following.follower.check();
  return { ...following, repository, source, journal, first };
}

const generation = ({ site }: Following) => site()?.nodes.get('n01')?.generation;

describe('promise 4: a bad commit changes nothing', () => {
  it('is said once, with all its problems; the last good commit stays in force, and the fix goes in force', async () => {
    const f = await aFollowed();
    const bad = f.repository.commit(
      { 'inventory/nodes/n01.yaml': 'kind: Nodde\nspec: [', 'profiles/base.yaml': 'x: 1' },
      'oops',
    );
    for (let i = 0; i < 3; i++) await f.follower.check();
    expect(f.follower.view()).toMatchObject({ state: 'bad-commit', head: bad });
    expect(f.follower.view().problems.length).toBeGreaterThan(1);
    expect(f.site()?.commit.id).toBe(f.first);
    expect(f.journal.facts().acceptedCommit).toBe(f.first);
    expect(f.reasons()).toEqual(['CommitAccepted', 'CommitRejected']);

    const fixed = f.repository.commit(files({ generation: 2 }), 'fix');
    await f.follower.check();
    expect(f.follower.view().state).toBe('ok');
    expect(f.site()?.commit.id).toBe(fixed);
    expect(f.journal.state('n01')?.want).toMatchObject({ generation: 2, asked: { subject: 'fix' } });
  });

  it('an empty tree is not taken for "nothing is wanted"', async () => {
    const f = await aFollowed();
    f.repository.git('rm', '-r', '--quiet', '.');
    f.repository.git('commit', '--quiet', '--allow-empty', '--message', 'gone');
    await f.follower.check();
    expect(f.follower.view().state).toBe('bad-commit');
    expect(f.journal.state('n01')).toBeDefined();
    expect(f.site()?.commit.id).toBe(f.first);
  });

  it('the commit on the way that touched the file is named as the one who asked', async () => {
    const f = await aFollowed();
    const asked = f.repository.commit(files({ generation: 2 }), 'reinstall n01');
    f.repository.commit({ 'README.md': 'hello' }, 'docs');
    await f.follower.check();
    expect(f.journal.state('n01')?.want?.asked).toMatchObject({ id: asked, subject: 'reinstall n01' });
  });
});

describe('promise 4: an unreachable repository changes nothing', () => {
  it('gone and back: said once each, and the commit in force stays', async () => {
    const f = await aFollowed();
    await rename(f.repository.dir, `${f.repository.dir}-away`);
    for (let i = 0; i < 3; i++) await f.follower.check();
    expect(f.follower.view().state).toBe('unreachable');
    expect(f.site()?.commit.id).toBe(f.first);
    await rename(`${f.repository.dir}-away`, f.repository.dir);
    await f.follower.check();
    expect(f.follower.view().state).toBe('ok');
    expect(f.reasons()).toEqual(['CommitAccepted', 'GitUnreachable', 'GitReachable']);
  });

  it('a file that Git refuses to hand out is said once, not with every look', async () => {
    const repository = aRepository();
    repository.commit(files());
    const source = await open(repository.dir, { limits: { file: 20_000, total: 1_000_000 } });
    const journal = openMemoryJournal({ clock: Date.now });
    const f = follow(source, journal);
    await f.follower.check();
    repository.commit({ 'inventory/nodes/n02.yaml': `# ${'x'.repeat(30_000)}` });
    for (let i = 0; i < 4; i++) await f.follower.check();
    expect(f.reasons()).toEqual(['CommitAccepted', 'GitUnreachable']);
    repository.commit({ 'inventory/nodes/n02.yaml': '' });
    await f.follower.check();
    expect(f.follower.view().state).not.toBe('unreachable');
  });
});

describe('promise 4: a rewritten history waits for a person', () => {
  async function rewritten() {
    const f = await aFollowed();
    f.repository.git('checkout', '--quiet', '--orphan', 'other');
    const head = f.repository.commit(files({ generation: 5 }), 'rewritten');
    f.repository.git('branch', '--force', 'main', 'other');
    f.repository.git('checkout', '--quiet', 'main');
    await f.follower.check();
    await f.follower.check();
    return { ...f, head };
  }

  it('is refused, said once, and wants nothing', async () => {
    const f = await rewritten();
    expect(f.follower.view()).toMatchObject({ state: 'rewritten', head: f.head });
    expect(generation(f)).toBe(1);
    expect(f.journal.state('n01')?.want).toBeNull();
    expect(f.reasons()).toEqual(['CommitAccepted', 'HistoryRefused']);
  });

  it('goes in force when that very head is accepted, and no other', async () => {
    const f = await rewritten();
    for (const wrong of ['', f.head.slice(0, 6), 'f'.repeat(40), f.first]) {
      await expect(f.follower.acceptHistory(wrong, 'thandi')).rejects.toMatchObject({ code: 'conflict' });
    }
    await f.follower.acceptHistory(f.head.slice(0, 10), 'thandi');
    expect(generation(f)).toBe(5);
    expect(f.follower.view().state).toBe('ok');
    expect(f.journal.facts()).toEqual({ acceptedCommit: f.head, allowedHead: null });
  });

  it('a head that was refused and is bad as well is said to be bad once it is accepted', async () => {
    const f = await rewritten();
    f.repository.git('checkout', '--quiet', '--orphan', 'worse');
    const bad = f.repository.commit({ 'inventory/nodes/n01.yaml': 'kind: [' });
    f.repository.git('branch', '--force', 'main', 'worse');
    f.repository.git('checkout', '--quiet', 'main');
    await f.follower.check();
    await f.follower.acceptHistory(bad, 'thandi');
    expect(f.follower.view().state).toBe('bad-commit');
    expect(f.reasons().slice(-2)).toEqual(['HistoryAccepted', 'CommitRejected']);
    expect(generation(f)).toBe(1);
  });

  it('the commit in force may be gone altogether: still refused, still accepted, and no wish is lost or made up', async () => {
    const repository = aRepository(join(aFolder(), 'anew'));
    const head = repository.commit(files({ generation: 2 }), 'anew');
    const source = await open(repository.dir);
    const journal = openMemoryJournal({ clock: Date.now, facts: { acceptedCommit: 'd'.repeat(40) } });
    const f = follow(source, journal);
    await f.follower.check();
    expect(f.follower.view()).toMatchObject({ state: 'rewritten', head });
    expect(f.site()).toBeNull();
    await f.follower.acceptHistory(head, 'thandi');
    expect(f.follower.view().state).toBe('ok');
    expect(generation(f)).toBe(2);
  });
});

describe('promise 8: a restart', () => {
  it('brings the accepted commit back, whatever the branch says now', async () => {
    const f = await aFollowed();
    f.repository.commit({ 'inventory/nodes/n01.yaml': 'kind: [' }, 'bad');
    await f.follower.check();
    const again = follow(f.source, f.journal);
    await again.follower.check();
    expect(again.site()?.commit.id).toBe(f.first);
    expect(again.follower.view().state).toBe('bad-commit');
  });

  it('a commit that came while the daemon was down is watched arriving: its raise is wanted', async () => {
    const f = await aFollowed();
    f.repository.commit(files({ generation: 2 }));
    const again = follow(f.source, f.journal);
    await again.follower.check();
    expect(generation(again)).toBe(2);
    expect(f.journal.state('n01')?.want).toMatchObject({ change: 'generation 1 → 2' });
  });

  it('with the repository away, the node and its wishes are kept until it is back', async () => {
    const f = await aFollowed();
    await rm(f.repository.dir, { recursive: true });
    const again = follow(f.source, f.journal);
    await again.follower.check();
    expect(again.site()).toBeNull();
    expect(again.follower.view().state).toBe('unreachable');
    expect(f.journal.state('n01')).toBeDefined();
  });
});
