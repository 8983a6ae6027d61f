import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitFiles } from '../../src/git/commit-edit.ts';
import { aFolder, aRepository, ENV, type Repository } from './a-repository.ts';

const code = (wanted: string) => expect.objectContaining({ name: 'GitError', code: wanted });
const edit = (
  site: Repository,
  files: Record<string, string>,
  more: { author?: string; location?: string } = {},
) =>
  commitFiles({
    location: site.dir,
    files: new Map(Object.entries(files)),
    message: '# raise generation\n\nfor a new disk',
    env: ENV,
    ...more,
  });

describe('committing an edit', () => {
  it('commits several files, new ones too, and nothing else that is changed or staged', async () => {
    const site = aRepository();
    const first = site.commit({ 'a.yaml': '1', 'b.yaml': '1', 'c.yaml': '1' });
    site.write('b.yaml', 'half done');
    site.write('c.yaml', 'staged');
    site.git('add', 'c.yaml');
    const location = join(site.dir, 'inventory');
    mkdirSync(location);
    const done = await edit(site, { 'a.yaml': '2', 'inventory/new[1].yaml': 'x' }, { location });
    expect(done).toEqual({ id: site.git('rev-parse', 'HEAD'), branch: 'main' });
    expect(site.git('diff', '--name-only', first, 'HEAD').split('\n')).toEqual([
      'a.yaml',
      'inventory/new[1].yaml',
    ]);
    expect(site.git('status', '--porcelain').split('\n')).toEqual(['M b.yaml', 'M  c.yaml']);
    expect(site.git('log', '-1', '--format=%an|%B')).toBe('Ada|# raise generation\n\nfor a new disk');
  });

  it('commits nothing where the files say it already', async () => {
    const site = aRepository();
    const id = site.commit({ 'a.yaml': '1' });
    expect(await edit(site, { 'a.yaml': '1' })).toBeNull();
    expect(site.git('rev-parse', 'HEAD')).toBe(id);
  });

  it('takes another author, if it is one', async () => {
    const site = aRepository();
    site.commit({ 'a.yaml': '1' });
    await edit(site, { 'a.yaml': '2' }, { author: 'Bo <bo@example.org>' });
    expect(site.git('log', '-1', '--format=%an %ae %cn')).toBe('Bo bo@example.org Ada');
    await expect(edit(site, { 'a.yaml': '3' }, { author: 'Bo' })).rejects.toThrow(code('unsafe'));
  });

  it.each([
    ['changed', (site: Repository) => site.write('a.yaml', 'mine')],
    [
      'staged',
      (site: Repository) => {
        site.write('a.yaml', 'mine');
        site.git('add', 'a.yaml');
      },
    ],
    ['deleted', (site: Repository) => site.git('rm', '--quiet', '--cached', 'a.yaml')],
  ])('refuses a file that was %s and not committed', async (_, change) => {
    const site = aRepository();
    const id = site.commit({ 'a.yaml': '1', 'b.yaml': '1' });
    change(site);
    const text = readFileSync(join(site.dir, 'a.yaml'), 'utf8');
    await expect(edit(site, { 'b.yaml': '2', 'a.yaml': '2' })).rejects.toThrow(code('unsafe'));
    expect(readFileSync(join(site.dir, 'a.yaml'), 'utf8')).toBe(text);
    expect(readFileSync(join(site.dir, 'b.yaml'), 'utf8')).toBe('1');
    expect(site.git('rev-parse', 'HEAD')).toBe(id);
  });

  it('refuses a new file that is there untracked or ignored', async () => {
    const site = aRepository();
    site.commit({ '.gitignore': '*.tmp\n' });
    site.write('new.yaml', 'mine');
    site.write('x.tmp', 'mine');
    await expect(edit(site, { 'new.yaml': '2' })).rejects.toThrow(code('unsafe'));
    await expect(edit(site, { 'x.tmp': '2' })).rejects.toThrow(code('unsafe'));
  });

  it('runs the hooks, and puts everything back where one refuses', async () => {
    const site = aRepository();
    site.commit({ 'a.yaml': '1' });
    chmodSync(join(site.dir, 'a.yaml'), 0o640);
    const hook = join(site.dir, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho "lint: line 3 is wrong" >&2\nexit 1\n', { mode: 0o755 });
    await expect(edit(site, { 'a.yaml': '2', 'new.yaml': '1' })).rejects.toThrow(/lint: line 3 is wrong/);
    expect(site.git('status', '--porcelain')).toBe('');
    expect(readFileSync(join(site.dir, 'a.yaml'), 'utf8')).toBe('1');
    expect(statSync(join(site.dir, 'a.yaml')).mode & 0o777).toBe(0o640);
    expect(existsSync(join(site.dir, 'new.yaml'))).toBe(false);
  });

  it('refuses a detached HEAD, and a directory without a repository', async () => {
    const site = aRepository();
    site.commit({ 'a.yaml': '1' });
    site.git('checkout', '--quiet', '--detach');
    await expect(edit(site, { 'a.yaml': '2' })).rejects.toThrow(code('no-branch'));
    await expect(edit(site, { 'a.yaml': '2' }, { location: aFolder() })).rejects.toThrow(
      code('not-a-repository'),
    );
  });

  it('never leaves the repository', async () => {
    const site = aRepository();
    const outside = aFolder();
    symlinkSync(outside, join(site.dir, 'link'));
    site.commit({ 'a.yaml': '1' });
    for (const path of ['../x', '.git/hooks/pre-commit', 'link/x', 'link', '/etc/x']) {
      await expect(edit(site, { [path]: '2' })).rejects.toThrow(code('unsafe'));
    }
    expect(existsSync(join(outside, 'x'))).toBe(false);
  });
});
