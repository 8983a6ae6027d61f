import { chownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, aRepository, ENV, manyFiles, open } from './a-repository.ts';

const code = (wanted: string) => expect.objectContaining({ name: 'GitError', code: wanted });

describe('a local repository', () => {
  it('reads 1,000 files at a commit', async () => {
    const site = aRepository();
    const id = site.commit(manyFiles(1000));
    site.write('inventory/nodes/n1.yaml', 'not committed');
    const source = await open(site.dir);
    const tree = await source.tree(await source.head());
    const blobs = await source.blobs(tree.map((entry) => entry.blob));
    expect(await source.head()).toBe(id);
    expect(tree).toHaveLength(1000);
    for (const { path, blob } of tree) {
      expect(blobs.get(blob)?.toString()).toBe(`name: ${/n\d+/.exec(path)?.[0]}\n`);
    }
  });

  it('returns any bytes, and leaves links and submodules out', async () => {
    const site = aRepository();
    const name = 'größe "a"\tb\n.yaml';
    writeFileSync(join(site.dir, 'binary'), Buffer.from([0, 10, 255, 10, 0]));
    symlinkSync('/etc/passwd', join(site.dir, 'link'));
    site.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},submodule`);
    site.write('empty', '');
    site.write(name, 'x');
    site.git('add', 'binary', 'link', 'empty', name);
    site.git('commit', '-qm', 'odd ones');
    const source = await open(site.dir);
    const tree = await source.tree(await source.head());
    expect(tree.map((entry) => entry.path)).toEqual(['binary', 'empty', name]);
    const blobs = await source.blobs(tree.map((entry) => entry.blob));
    expect([...blobs.values()].map((bytes) => bytes.toString('latin1'))).toEqual(['\0\n\xff\n\0', '', 'x']);
    expect(await source.blobs([])).toEqual(new Map());
  });

  it('says what a commit is, and which one touched a file', async () => {
    const site = aRepository();
    const first = site.commit({ 'a.yaml': '1', 'b.yaml': '1' }, 'First\n\nbody');
    const second = site.commit({ 'a.yaml': '2' }, 'Second \u001b[31mred');
    const third = site.commit({ 'c*.yaml': '1' }, 'Third');
    const source = await open(site.dir);
    expect(await source.readCommit(second)).toEqual({
      id: second,
      author: 'Ada',
      email: 'ada@example.org',
      time: Number(site.git('log', '-1', '--format=%ct', second)) * 1000,
      subject: 'Second \ufffd[31mred',
    });
    expect((await source.range(first, third)).map((commit) => commit.id)).toEqual([third, second]);
    expect(await source.changedPaths(first, third)).toEqual(['a.yaml', 'c*.yaml']);
    expect((await source.lastChange(first, third, 'a.yaml')).id).toBe(second);
    expect((await source.lastChange(first, third, 'b.yaml')).id).toBe(third);
    expect((await source.lastChange(null, third, 'b.yaml')).id).toBe(first);
    expect((await source.lastChange(first, third, 'c*.yaml')).id).toBe(third);
    expect(await source.isAncestor(first, third)).toBe(true);
    expect(await source.isAncestor(third, first)).toBe(false);
    expect(await source.resolve('HEAD~1')).toBe(second);
  });

  it('names what is missing, too large or not a file', async () => {
    const site = aRepository();
    const id = site.commit({ big: 'x'.repeat(2000), other: 'y'.repeat(900) });
    const source = await open(site.dir, { limits: { file: 1000, total: 1500 } });
    const [big = '', other = ''] = (await source.tree(id)).map((entry) => entry.blob);
    const absent = 'f'.repeat(40);
    await expect(source.blobs([other, absent])).rejects.toThrow(code('missing-object'));
    await expect(source.blobs([big])).rejects.toThrow(code('unsafe'));
    await expect(source.blobs([id])).rejects.toThrow(code('unsafe'));
    await expect(source.readCommit(absent)).rejects.toThrow(code('missing-object'));
    await expect(source.isAncestor(absent, id)).rejects.toThrow(code('missing-object'));
    await expect(source.tree(absent)).rejects.toThrow(code('missing-object'));
    await expect(source.resolve('nonesuch')).rejects.toThrow(code('missing-object'));
    expect((await source.blobs([other])).size).toBe(1);
  });

  it.each(['--output=x', '-foo', 'a..b'])('refuses %s wherever a name is taken', async (name) => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    await expect(open(site.dir, { branch: name })).rejects.toThrow(code('unsafe'));
    const source = await open(site.dir);
    await expect(source.resolve(name)).rejects.toThrow(code('unsafe'));
    await expect(source.readCommit(name)).rejects.toThrow(code('unsafe'));
    await expect(source.tree(name)).rejects.toThrow(code('unsafe'));
    await expect(source.blobs([name])).rejects.toThrow(code('unsafe'));
    await expect(source.isAncestor(name, id)).rejects.toThrow(code('unsafe'));
    await expect(source.range(id, name)).rejects.toThrow(code('unsafe'));
    await expect(source.lastChange(name, id, 'a')).rejects.toThrow(code('unsafe'));
    await expect(source.changedPaths(name, id)).rejects.toThrow(code('unsafe'));
    await expect(source.lastChange(null, id, '../a')).rejects.toThrow(code('unsafe'));
  });
});

describe('where a local repository lies', () => {
  it('opens a work tree, a bare repository, a linked work tree and a link to one', async () => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    const bare = join(aFolder(), 'site.git');
    const linked = join(aFolder(), 'linked');
    const alias = join(aFolder(), 'alias');
    site.git('clone', '--quiet', '--bare', site.dir, bare);
    site.git('worktree', 'add', '--quiet', '-b', 'other', linked);
    symlinkSync(site.dir, alias);
    for (const path of [bare, linked, alias]) expect(await (await open(path)).head()).toBe(id);
    expect((await open(linked)).describe()).toBe(`branch other of ${linked}`);
  });

  it('does not take a repository further up for its own', async () => {
    const outer = aRepository();
    outer.commit({ a: '1' });
    mkdirSync(join(outer.dir, 'inner'));
    await expect(open(join(outer.dir, 'inner'))).rejects.toThrow(code('not-a-repository'));
    const inner = aRepository(join(outer.dir, 'inner'));
    inner.commit({ b: '1' });
    const source = await open(inner.dir);
    renameSync(join(inner.dir, '.git'), join(inner.dir, 'gone'));
    await expect(source.head()).rejects.toThrow(code('unreachable'));
  });

  it('says so while the directory is away, and goes on when it is back', async () => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    const source = await open(site.dir);
    renameSync(site.dir, `${site.dir}-away`);
    await expect(source.head()).rejects.toThrow(code('unreachable'));
    await expect(source.blobs(['a'.repeat(40)])).rejects.toThrow(code('unreachable'));
    await expect(open(site.dir)).rejects.toThrow(code('unreachable'));
    renameSync(`${site.dir}-away`, site.dir);
    expect(await source.head()).toBe(id);
  });

  it.runIf(process.getuid?.() === 0)('tells what to do about another owner', async () => {
    const site = aRepository();
    site.commit({ a: '1' });
    chownSync(site.dir, 12345, 12345);
    chownSync(join(site.dir, '.git'), 12345, 12345);
    await expect(open(site.dir)).rejects.toThrow(code('unsafe'));
    await expect(open(site.dir)).rejects.toThrow(/safe\.directory/);
  });

  it('ignores a GIT_DIR that it was started with', async () => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    const env = { ...ENV, GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/nonexistent' };
    expect(await (await open(site.dir, { env })).head()).toBe(id);
  });

  it('fails once it is closed', async () => {
    const site = aRepository();
    site.commit({ a: '1' });
    const stop = new AbortController();
    const source = await open(site.dir, { signal: stop.signal });
    stop.abort();
    await expect(source.head()).rejects.toThrow(/closed/);
    await expect(source.blobs(['a'.repeat(40)])).rejects.toThrow(/closed/);
  });
});

describe('the branch of a local repository', () => {
  it('stays with the branch it first saw', async () => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    const source = await open(site.dir);
    site.git('checkout', '--quiet', '-b', 'try');
    site.commit({ a: '2' });
    expect(await source.head()).toBe(id);
    expect(source.describe()).toBe(`branch main of ${site.dir}`);
  });

  it('waits for a branch while HEAD is detached, and minds only the one it follows', async () => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    site.git('checkout', '--quiet', '--detach');
    const named = await open(site.dir, { branch: 'main' });
    const source = await open(site.dir);
    expect(await named.head()).toBe(id);
    await expect(source.head()).rejects.toThrow(code('no-branch'));
    expect(await source.resolve('HEAD')).toBe(id);
    site.git('checkout', '--quiet', 'main');
    expect(await source.head()).toBe(id);
  });

  it.each([
    ['renamed', ['branch', '--move', 'main', 'trunk']],
    ['deleted', ['update-ref', '-d', 'refs/heads/main']],
  ])('promise 4: a branch that was %s is missed, and the last commit stays readable', async (_, command) => {
    const site = aRepository();
    const id = site.commit({ a: '1' });
    const source = await open(site.dir);
    site.git(...command);
    await expect(source.head()).rejects.toThrow(code('no-branch'));
    const [entry] = await source.tree(id);
    expect((await source.blobs([entry?.blob ?? ''])).get(entry?.blob ?? '')?.toString()).toBe('1');
    site.git('branch', 'main', id);
    expect(await source.head()).toBe(id);
  });

  it('has no commit before the first one', async () => {
    const site = aRepository();
    const source = await open(site.dir);
    await expect(source.head()).rejects.toThrow(code('no-branch'));
    const id = site.commit({ a: '1' });
    expect(await source.head()).toBe(id);
  });

  it('promise 4: an emptied tree is an empty list at a real commit', async () => {
    const site = aRepository();
    site.commit({ a: '1' });
    site.git('rm', '--quiet', 'a');
    site.git('commit', '-qm', 'nothing left');
    const source = await open(site.dir);
    expect(await source.tree(await source.head())).toEqual([]);
  });
});
