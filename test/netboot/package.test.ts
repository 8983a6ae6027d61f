import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openNetbootStore } from '../../src/netboot/store.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from './a-server.ts';

/** A small one that every Debian machine knows. */
const NAME = 'hostname';
const PATH = '/bin/hostname';

async function aStore() {
  const store = await openNetbootStore({ directory: join(aTempDir(), 'netboot') });
  onTestFinished(() => store.close());
  return store;
}

/** What apt and dpkg bring by themselves. */
function byHand(): Buffer {
  const folder = aTempDir();
  execFileSync('apt-get', ['-q', 'download', NAME], { cwd: folder, stdio: 'ignore' });
  const [archive = ''] = readdirSync(folder);
  execFileSync('dpkg-deb', ['--extract', archive, 'x'], { cwd: folder });
  return readFileSync(join(folder, 'x', PATH));
}

describe('a file of a Debian package', () => {
  it('is downloaded with apt and kept under its digest', async () => {
    const content = byHand();
    const store = await aStore();
    const stored = await store.ensure({ package: NAME, path: PATH, sha256: sha256Of(content) });
    expect(stored.size).toBe(content.length);
    expect((await buffer(await stored.read({ start: 0, end: stored.size - 1 }))).equals(content)).toBe(true);
  });

  it('that is another than the digest says is not kept', async () => {
    const store = await aStore();
    const sha256 = '0'.repeat(64);
    await expect(store.ensure({ package: NAME, path: PATH, sha256 })).rejects.toMatchObject({
      code: 'digest',
      message: expect.stringContaining(`its SHA-256 is ${sha256Of(byHand())}, not 000`),
    });
    expect(store.find({ sha256 })).toBeNull();
  });

  it('that there is not, or a package that there is not, is said', async () => {
    const store = await aStore();
    const sha256 = '0'.repeat(64);
    await expect(store.ensure({ package: NAME, path: '/bin/none', sha256 })).rejects.toMatchObject({
      code: 'package',
      message: 'it has no file /bin/none',
    });
    await expect(store.ensure({ package: NAME, path: '/bin', sha256 })).rejects.toMatchObject({
      code: 'file',
      message: 'it is no regular file',
    });
    const unknown = 'barewright-no-such-package';
    await expect(store.ensure({ package: unknown, path: PATH, sha256 })).rejects.toMatchObject({
      code: 'package',
      message: `apt knows no package ${unknown}; try apt-get update, or another name`,
    });
  });
});
