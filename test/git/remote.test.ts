import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/git/judge.ts';
import type { Source } from '../../src/git/source.ts';
import { aFolder, aRepository, ENV, manyFiles, open } from './a-repository.ts';
import { aGitDaemon, aSilentServer } from './a-server.ts';

const code = (wanted: string) => expect.objectContaining({ name: 'GitError', code: wanted });

async function aServedSite({ filter }: { filter: boolean }) {
  const site = aRepository();
  site.git('config', 'uploadpack.allowFilter', String(filter));
  const daemon = await aGitDaemon(dirname(site.dir), 'site');
  return { site, daemon };
}

async function readAll(source: Source, id: string): Promise<Record<string, string>> {
  const tree = await source.tree(id);
  const blobs = await source.blobs(tree.map((entry) => entry.blob));
  return Object.fromEntries(tree.map(({ path, blob }) => [path, blobs.get(blob)?.toString() ?? '']));
}

describe('a remote repository', () => {
  it('is mirrored without file contents, which then come over one connection', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    const first = site.commit(manyFiles(300));
    const second = site.commit({ 'inventory/nodes/n7.yaml': 'new', more: 'm' });
    const source = await open(daemon.url, { branch: 'main' });
    expect(await source.head()).toBe(second);
    expect(daemon.connections()).toBe(1);
    expect(await readAll(source, second)).toEqual({
      ...manyFiles(300),
      'inventory/nodes/n7.yaml': 'new',
      more: 'm',
    });
    expect(daemon.connections()).toBe(2);
    await readAll(source, second);
    expect(await source.changedPaths(first, second)).toEqual(['inventory/nodes/n7.yaml', 'more']);
    expect((await source.lastChange(null, second, 'inventory/nodes/n8.yaml')).id).toBe(first);
    expect(await source.isAncestor(first, second)).toBe(true);
    expect(daemon.connections()).toBe(2);
    const third = site.commit({ more: 'm2', extra: 'e' });
    expect(await source.head()).toBe(third);
    expect((await readAll(source, third))['more']).toBe('m2');
    expect(daemon.connections()).toBe(4);
  });

  it('comes whole from a server that cannot filter', async () => {
    const { site, daemon } = await aServedSite({ filter: false });
    const id = site.commit(manyFiles(50));
    const source = await open(daemon.url, { branch: 'main' });
    expect(await source.head()).toBe(id);
    expect(await readAll(source, id)).toEqual(manyFiles(50));
    expect(daemon.connections()).toBe(1);
  });

  it('comes whole from a server that filters but hands out no single objects', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    const id = site.commit(manyFiles(50));
    const config = join(aFolder(), 'config');
    writeFileSync(config, '[protocol]\n\tversion = 0\n');
    const source = await open(daemon.url, { branch: 'main', env: { ...ENV, GIT_CONFIG_GLOBAL: config } });
    expect(await source.head()).toBe(id);
    expect(await readAll(source, id)).toEqual(manyFiles(50));
    const next = site.commit({ more: 'm' });
    expect(await source.head()).toBe(next);
    const before = daemon.connections();
    expect((await readAll(source, next))['more']).toBe('m');
    expect(daemon.connections()).toBe(before);
  });

  it('follows the branch that the server calls its main one, and stays with it', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    const id = site.commit({ a: '1' });
    const source = await open(daemon.url);
    expect(source.describe()).toBe(`branch (not yet known) of ${daemon.url}`);
    expect(await Promise.all([source.head(), source.head()])).toEqual([id, id]);
    expect(source.describe()).toBe(`branch main of ${daemon.url}`);
    expect(daemon.connections()).toBe(2);
    site.git('checkout', '--quiet', '-b', 'other');
    site.commit({ a: '2' });
    expect(await source.head()).toBe(id);
  });

  it('promise 4: a forced push is seen as rewritten, and what was accepted stays readable', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    site.commit({ a: '0' });
    const accepted = site.commit({ a: '1' });
    const source = await open(daemon.url);
    await source.head();
    await readAll(source, accepted);
    site.git('reset', '--quiet', '--hard', 'HEAD~1');
    const forced = site.commit({ a: '2' });
    site.git('reflog', 'expire', '--expire=now', '--all');
    site.git('gc', '--quiet', '--prune=now');
    const head = await source.head();
    const isAncestor = await source.isAncestor(accepted, head);
    expect(head).toBe(forced);
    expect(judge({ accepted, head, isAncestor, allowed: null })).toBe('rewritten');
    expect(judge({ accepted, head, isAncestor, allowed: head })).toBe('advance');
    expect(await readAll(source, accepted)).toEqual({ a: '1' });
  });

  it('promise 4: a deleted branch is missed, and comes back', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    const id = site.commit({ a: '1' });
    const source = await open(daemon.url, { branch: 'main' });
    await source.head();
    site.git('branch', '--move', 'main', 'trunk');
    await expect(source.head()).rejects.toThrow(code('no-branch'));
    expect((await source.readCommit(id)).id).toBe(id);
    site.git('branch', '--move', 'trunk', 'main');
    expect(await source.head()).toBe(id);
  });

  it('promise 4: while the server is down, what was fetched is read from the mirror, after a restart too', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    const id = site.commit({ a: '1' });
    const dataDir = aFolder();
    const before = await open(daemon.url, { dataDir });
    await readAll(before, await before.head());
    before.close();
    await daemon.stop();
    const source = await open(daemon.url, { dataDir });
    await expect(source.head()).rejects.toThrow(code('unreachable'));
    expect(await readAll(source, id)).toEqual({ a: '1' });
    await expect(source.blobs(['a'.repeat(40)])).rejects.toThrow(code('unreachable'));
  });

  it('tells a repository that is not there from a server that is down', async () => {
    const { daemon } = await aServedSite({ filter: true });
    const source = await open(`${daemon.url}-other`, { branch: 'main' });
    await expect(source.head()).rejects.toThrow(code('not-a-repository'));
  });
});

describe('the mirror', () => {
  it('is made anew where it is half made or broken', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    const id = site.commit({ a: '1' });
    const dataDir = aFolder();
    const first = await open(daemon.url, { dataDir });
    await first.head();
    first.close();
    const mirrors = join(dataDir, 'mirrors');
    const [name = ''] = readdirSync(mirrors);
    writeFileSync(join(mirrors, name, 'HEAD'), 'garbage');
    mkdirSync(join(mirrors, name.replace('.git', '.new'), 'objects'), { recursive: true });
    const source = await open(daemon.url, { dataDir });
    expect(await source.head()).toBe(id);
    expect(readdirSync(mirrors)).toEqual([name]);
  });

  it('promise 8: recovers from a fetch that was killed', async () => {
    const { site, daemon } = await aServedSite({ filter: true });
    site.commit({ a: '1' });
    const dataDir = aFolder();
    const first = await open(daemon.url, { dataDir });
    await first.head();
    first.close();
    const mirror = join(dataDir, 'mirrors', readdirSync(join(dataDir, 'mirrors'))[0] ?? '');
    writeFileSync(join(mirror, 'refs/mirror/head.lock'), '');
    writeFileSync(join(mirror, 'objects/pack/tmp_pack_x'), '');
    const next = site.commit({ a: '2' });
    const source = await open(daemon.url, { dataDir });
    expect(await source.head()).toBe(next);
    expect(existsSync(join(mirror, 'objects/pack/tmp_pack_x'))).toBe(false);
  });
});

describe('tidying the mirror', () => {
  it.each([true, false])(
    'joins its packs and loses nothing that was accepted (server filters: %s)',
    async (filter) => {
      const { site, daemon } = await aServedSite({ filter });
      const dataDir = aFolder();
      const config = join(dataDir, 'config');
      writeFileSync(config, '[gc]\n\tautoPackLimit = 3\n\tpruneExpire = now\n');
      site.commit({ a: 'root' });
      const accepted = site.commit({ a: 'accepted' });
      const source = await open(daemon.url, { dataDir, env: { ...ENV, GIT_CONFIG_GLOBAL: config } });
      await readAll(source, await source.head());
      site.git('reset', '--quiet', '--hard', 'HEAD~1');
      for (let n = 0; n < 6; n++) {
        site.commit({ a: `rewritten ${n}` });
        await readAll(source, await source.head());
      }
      expect(await readAll(source, accepted)).toEqual({ a: 'accepted' });
      const mirror = join(dataDir, 'mirrors', readdirSync(join(dataDir, 'mirrors'))[0] ?? '');
      const packs = readdirSync(join(mirror, 'objects/pack')).filter((name) => name.endsWith('.pack'));
      expect(packs.length).toBeLessThan(6);
    },
  );
});

describe('a server that does not answer', () => {
  it('is given up after the time allowed', async () => {
    const server = await aSilentServer();
    const source = await open(server.url, { branch: 'main', networkTimeout: 200 });
    await expect(source.head()).rejects.toThrow(code('timeout'));
    await server.closed;
  });

  it('is let go of when the source is closed', async () => {
    const server = await aSilentServer();
    const source = await open(server.url, { branch: 'main' });
    const head = source.head();
    const refused = expect(head).rejects.toThrow(/closed/);
    await server.reached;
    source.close();
    await refused;
    await server.closed;
  });
});
