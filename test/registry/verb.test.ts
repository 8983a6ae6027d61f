import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Listing } from '../../src/cli/registry-listing.ts';
import { anEvent } from '../builders/event.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from '../cli/a-context.ts';
import { anApi } from '../cli/api-server.ts';
import { aRepository, GIT_ENV } from '../promises/repository.ts';
import { freshNodes } from '../promises/scene.ts';
import { type ARegistry, aRegistry, LOGIN } from './a-registry.ts';
import { anImage, push, pushIndex } from './an-image.ts';

async function aSite(own: ARegistry) {
  const dir = aTempDir();
  const repo = join(dir, 'site');
  const { endpoint } = own.access;
  const login = `username: ${LOGIN.username}, password: { file: password }`;
  await aRepository(repo, {
    nodes: freshNodes(1),
    registries: `{ karoo: { endpoint: "${endpoint}", own: true, ca: { file: ca.crt }, ${login} } }`,
    images: `apiVersion: barewright.dev/v1
kind: Image
metadata: { name: app }
spec: { mirror: { from: docker.io/library/app }, tags: ["1", "2"] }
`,
  });
  writeFileSync(join(dir, 'password'), `${LOGIN.password}\n`);
  writeFileSync(join(dir, 'ca.crt'), own.access.ca ?? '');
  return (...words: string[]) =>
    cli(['images', ...words, '--repo', repo, '--secrets', dir], {
      env: { ...process.env, ...GIT_ENV, BAREWRIGHT_DATA: dir },
    });
}

describe('barewright images', () => {
  it('takes images to a place without a network, bit for bit', async () => {
    const [own, other] = [await aRegistry(), await aRegistry()];
    const app = own.client().repository('app');
    const index = await pushIndex(app, '1', { amd64: anImage(), arm64: anImage() });
    const single = await push(app, '2', anImage({ sizes: [20_000] }));
    const dir = aTempDir();
    const exported = await (await aSite(own))('export', '--dir', dir);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toContain(`app:2 ${single.digest} (20 kB moved)\n`);
    const images = await aSite(other);
    expect(await images('import', '--dir', dir)).toMatchObject({ code: 0, stderr: '' });
    const there = other.client().repository('app');
    expect((await there.manifest('1')).bytes.equals(index.bytes)).toBe(true);
    expect((await there.head('2'))?.digest).toBe(single.digest);

    const verified = await images('verify');
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(/^app:1 whole \(\d\.\d kB read\)\napp:2 whole \(21 kB read\)\n$/);
  });

  it('lists what is really there, and whose it is', async () => {
    const own = await aRegistry();
    const app = own.client().repository('app');
    const index = await pushIndex(app, '1', { amd64: anImage({ sizes: [700] }), arm64: anImage() });
    const [moved, old] = [await push(app, '2', anImage()), await push(app, '0', anImage())];
    const theirs = await push(
      own.client().repository('theirs/tool'),
      'x',
      anImage({ architecture: 'arm64' }),
    );
    const images = await aSite(own);
    const put = (tag: string, digest: string) => {
      const place = { image: 'app', registry: own.host, repository: 'app', tag, digest };
      const data = { ...place, previous: null, from: 'here', bytes: 1, requiredBy: [] };
      return { ...anEvent(null, 'ImagePut', data), id: 1, time: 0, phase: null, attempt: null };
    };
    const events = [put('1', index.digest), put('2', theirs.digest), put('0', old.digest)];
    const { dataDir } = await anApi({ 'GET /events': events });
    const { code, stdout, stderr } = await images('list', '--data', dataDir);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const id = ({ digest }: { digest: string }) => digest.slice(7, 19);
    expect(stdout.replaceAll(/\d\.\d kB/g, 'SIZE  ')).toBe(`\
REPOSITORY    TAG   DIGEST         SIZE     PLATFORMS                 DECLARED   WHOSE
app           0     ${id(old)}   SIZE     linux/amd64               -          undeclared
app           1     ${id(index)}   SIZE     linux/amd64,linux/arm64   app        ours
app           2     ${id(moved)}   SIZE     linux/amd64               app        others
theirs/tool   x     ${id(theirs)}   SIZE     linux/arm64               -          others
`);

    const alone = await images('list', 'app', '-o', 'json');
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    const listing: Listing = JSON.parse(alone.stdout);
    expect(listing.tags.map(({ tag, digest, whose }) => [tag, digest, whose])).toEqual([
      ['0', old.digest, 'unknown'],
      ['1', index.digest, 'unknown'],
      ['2', moved.digest, 'unknown'],
    ]);
    expect(listing.tags[1]?.bytes).toBeGreaterThan(1700);
    const { stderr: said } = await images('list');
    expect(said).toBe('no daemon answers, so it is not known who put these there (see --data)\n');
  });

  it('finds what a disk has lost', async () => {
    const own = await aRegistry();
    const image = anImage({ sizes: [5000, 6000] });
    await push(own.client().repository('app'), '1', image);
    const [digest = ''] = [...image.blobs].find(([, { length }]) => length === 6000) ?? [];
    const hex = digest.replace('sha256:', '');
    const path = join(own.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex);
    expect(readdirSync(path)).toEqual(['data']);
    rmSync(path, { recursive: true });
    const { code, stdout, stderr } = await (await aSite(own))('verify', 'app');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^app:1 BROKEN/);
    expect(stderr).toBe(`  GET ${own.host}/app/blobs/${digest}: 404 blob unknown to registry\n`);
  });

  it('says what is missing', async () => {
    const images = await aSite(await aRegistry());
    expect(await images('export')).toMatchObject({ code: 2, stderr: expect.stringContaining('--dir DIR') });
    expect(await images('verify', 'nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no image nothing'),
    });
  });
});
