import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initRepository } from '../../src/git/init-repository.ts';
import { aFolder, aRepository, ENV, open } from './a-repository.ts';

const FILES = new Map([
  ['inventory/site.yaml', 'kind: Site\n'],
  ['README.md', 'hello\n'],
]);

describe('a new site repository', () => {
  it('is made with its files, on branch main, with nothing committed', async () => {
    const dir = join(aFolder(), 'new', 'site');
    expect(await initRepository(dir, FILES, ENV)).toEqual({ created: true });
    expect(readFileSync(join(dir, 'inventory/site.yaml'), 'utf8')).toBe('kind: Site\n');
    expect((await open(dir)).describe()).toBe(`branch main of ${dir}`);
  });

  it('keeps a repository that is there', async () => {
    const site = aRepository();
    const id = site.commit({ other: '1' });
    expect(await initRepository(site.dir, FILES, ENV)).toEqual({ created: false });
    expect(site.git('rev-parse', 'HEAD')).toBe(id);
  });

  it('overwrites nothing, and then writes nothing', async () => {
    const site = aRepository();
    site.write('README.md', 'mine');
    await expect(initRepository(site.dir, FILES, ENV)).rejects.toMatchObject({ code: 'unsafe' });
    await expect(initRepository(site.dir, FILES, ENV)).rejects.toThrow(/already has README\.md/);
    expect(readFileSync(join(site.dir, 'README.md'), 'utf8')).toBe('mine');
    expect(existsSync(join(site.dir, 'inventory'))).toBe(false);
  });
});
