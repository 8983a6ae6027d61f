import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitToBranch, draftCommit } from '../../src/git/commit-tree.ts';
import { restoreDirectories } from '../../src/git/restore-edit.ts';
import { aRepository, ENV, type Repository } from './a-repository.ts';

const code = (wanted: string) => expect.objectContaining({ name: 'GitError', code: wanted });

function toBranch(site: Repository, files: Record<string, string>, branch = 'spare-off') {
  const base = site.git('rev-parse', 'HEAD');
  const change = { files: new Map(Object.entries(files)) };
  return commitToBranch({
    location: site.dir,
    base,
    change,
    branch,
    message: 'A change\n\nwith more',
    env: ENV,
  });
}

function restore(site: Repository, from: string) {
  const directories = ['inventory', 'profiles'];
  return restoreDirectories({ location: site.dir, directories, from, message: 'Go back', env: ENV });
}

/** Half-done work of the user, which nothing here may touch. */
function aBusySite(): { site: Repository; first: string; status: string } {
  const site = aRepository();
  const first = site.commit({ 'inventory/a.yaml': '1', 'README.md': 'x' });
  site.write('README.md', 'half done');
  site.write('staged.md', 'staged');
  site.git('add', 'staged.md');
  return { site, first, status: site.git('status', '--porcelain') };
}

describe('a commit on a new branch', () => {
  it('leaves the branch that is checked out, its files and what is staged alone', async () => {
    const { site, first, status } = aBusySite();
    const id = await toBranch(site, { 'inventory/a.yaml': '2', 'inventory/new.yaml': 'n' });
    expect(site.git('rev-parse', 'spare-off', 'HEAD', 'spare-off~1').split('\n')).toEqual([id, first, first]);
    expect(site.git('log', '-1', '--format=%an|%B', 'spare-off')).toBe('Ada|A change\n\nwith more');
    expect(site.git('diff', '--name-status', first, 'spare-off').split('\n')).toEqual([
      'M\tinventory/a.yaml',
      'A\tinventory/new.yaml',
    ]);
    expect(site.git('show', 'spare-off:inventory/a.yaml')).toBe('2');
    expect(site.git('status', '--porcelain')).toBe(status);
    expect(readFileSync(join(site.dir, 'inventory/a.yaml'), 'utf8')).toBe('1');
  });

  it('keeps modes, and is not made where it would change nothing', async () => {
    const site = aRepository();
    site.write('inventory/run.sh', '1');
    chmodSync(join(site.dir, 'inventory/run.sh'), 0o755);
    site.commit({});
    await toBranch(site, { 'inventory/run.sh': '2' });
    expect(site.git('ls-tree', '-r', 'spare-off')).toMatch(/^100755 blob/);
    expect(await toBranch(site, { 'inventory/run.sh': '1' }, 'same')).toBeNull();
    expect(site.git('branch', '--list', 'same')).toBe('');
  });

  it('never moves a branch that exists, nor takes a bad name or path', async () => {
    const site = aRepository();
    const id = site.commit({ 'a.yaml': '1' });
    await expect(toBranch(site, { 'a.yaml': '2' }, 'main')).rejects.toThrow(code('unsafe'));
    await expect(toBranch(site, { 'a.yaml': '2' }, '--force')).rejects.toThrow(code('unsafe'));
    await expect(toBranch(site, { '../a.yaml': '2' })).rejects.toThrow(code('unsafe'));
    expect(site.git('rev-parse', 'main')).toBe(id);
  });

  it('is signed where the user signs commits', async () => {
    const site = aRepository();
    site.commit({ 'a.yaml': '1' });
    const key = join(site.dir, '..', 'key');
    const { execFileSync } = await import('node:child_process');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    site.git('config', 'gpg.format', 'ssh');
    site.git('config', 'user.signingKey', `${key}.pub`);
    site.git('config', 'commit.gpgSign', 'true');
    await toBranch(site, { 'a.yaml': '2' });
    expect(site.git('cat-file', 'commit', 'spare-off')).toContain('gpgsig -----BEGIN SSH SIGNATURE-----');
    // A draft is nobody's word.
    const change = { files: new Map([['a.yaml', '3']]) };
    const base = site.git('rev-parse', 'HEAD');
    const draft = await draftCommit({ location: site.dir, base, change, message: 'draft', env: ENV });
    expect(site.git('cat-file', 'commit', draft ?? '')).not.toContain('gpgsig');
  });
});

describe('directories brought back to a commit', () => {
  function aHistory(): { site: Repository; first: string; second: string } {
    const site = aRepository();
    site.write('profiles/stacks/docker/apply.sh', '#!/bin/sh\n');
    chmodSync(join(site.dir, 'profiles/stacks/docker/apply.sh'), 0o755);
    const first = site.commit({ 'inventory/nodes': 'a file', 'inventory/old.yaml': 'old', 'README.md': '1' });
    rmSync(join(site.dir, 'inventory/nodes'));
    rmSync(join(site.dir, 'inventory/old.yaml'));
    chmodSync(join(site.dir, 'profiles/stacks/docker/apply.sh'), 0o644);
    symlinkSync('../README.md', join(site.dir, 'profiles/link'));
    const second = site.commit({ 'inventory/nodes/n1.yaml': 'n1', 'README.md': '2' });
    return { site, first, second };
  }

  it('are a new commit with exactly their trees, modes and links included; all else stays', async () => {
    const { site, first, second } = aHistory();
    site.write('README.md', 'half done');
    const done = await restore(site, first);
    expect(done).toEqual({ id: site.git('rev-parse', 'HEAD'), branch: 'main' });
    expect(site.git('rev-parse', 'HEAD~1')).toBe(second);
    for (const dir of ['inventory', 'profiles']) {
      expect(site.git('rev-parse', `HEAD:${dir}`)).toBe(site.git('rev-parse', `${first}:${dir}`));
    }
    expect(site.git('show', 'HEAD:README.md')).toBe('2');
    expect(site.git('status', '--porcelain')).toBe('M README.md');
    expect(readFileSync(join(site.dir, 'inventory/nodes'), 'utf8')).toBe('a file');
    expect(existsSync(join(site.dir, 'profiles/link'))).toBe(false);
    expect(await restore(site, first)).toBeNull();
    // And forth again: nothing was lost.
    await restore(site, second);
    expect(site.git('rev-parse', 'HEAD^{tree}')).toBe(site.git('rev-parse', `${second}^{tree}`));
  });

  it('may be gone altogether at that commit', async () => {
    const site = aRepository();
    const empty = site.commit({ 'README.md': '1' });
    site.commit({ 'inventory/a.yaml': '1' });
    await restore(site, empty);
    expect(site.git('rev-parse', 'HEAD^{tree}')).toBe(site.git('rev-parse', `${empty}^{tree}`));
  });

  it('are refused where work would be lost', async () => {
    const { site, first, second } = aHistory();
    site.write('inventory/nodes/n1.yaml', 'mine');
    await expect(restore(site, first)).rejects.toThrow(code('unsafe'));
    expect(readFileSync(join(site.dir, 'inventory/nodes/n1.yaml'), 'utf8')).toBe('mine');
    site.git('checkout', '--quiet', '--', 'inventory');
    site.write('inventory/old.yaml', 'untracked, and in the way');
    await expect(restore(site, first)).rejects.toThrow(code('unsafe'));
    expect(site.git('rev-parse', 'HEAD')).toBe(second);
    expect(readFileSync(join(site.dir, 'inventory/old.yaml'), 'utf8')).toBe('untracked, and in the way');
  });

  it('are put back where a hook refuses', async () => {
    const { site, first, second } = aHistory();
    const hook = join(site.dir, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho "not on a Friday" >&2\nexit 1\n', { mode: 0o755 });
    await expect(restore(site, first)).rejects.toThrow(/not on a Friday/);
    expect([site.git('rev-parse', 'HEAD'), site.git('status', '--porcelain')]).toEqual([second, '']);
  });

  it('are the same on a new branch', async () => {
    const { site, first, second } = aHistory();
    const change = { directories: ['inventory', 'profiles'], from: first };
    const location = join(site.dir, 'inventory');
    await commitToBranch({ location, base: second, change, branch: 'back', message: 'Go back', env: ENV });
    expect(site.git('status', '--porcelain')).toBe('');
    await restore(site, first);
    expect(site.git('rev-parse', 'back^{tree}')).toBe(site.git('rev-parse', 'HEAD^{tree}'));
  });
});
