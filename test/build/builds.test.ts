import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { spawnCli } from '../cli/spawn-cli.ts';
import { aSkopeo } from '../registry/skopeo.ts';
import { aBuildSite } from './a-build-site.ts';

const KINDS = ['docker', 'buildah'] as const;

describe.each(KINDS)('an image that %s builds', (kind) => {
  it('is what the commit says, and the witness pulls it with the digest that is shown', async () => {
    const site = await aBuildSite({ kind });
    symlinkSync('sub/file', site.at('images/app/link'));
    site.scene.writeIn('images/app/secret.txt', 'ignored\n');
    site.scene.writeIn('images/app/.dockerignore', '*.txt\n');
    const commit = await site.commit('an image');
    // What is not committed is not built.
    writeFileSync(site.at('images/app/sub/file'), 'two\n');
    writeFileSync(site.at('images/app/sub/more'), 'more\n');
    const view = await site.settled(commit);

    const digest = view.tags[0]?.present;
    expect(view.tags.map(({ tag, present, wanted }) => [tag, present, wanted])).toEqual([
      ['1.0', digest, digest],
      ['latest', digest, digest],
    ]);
    const image = await pulled(site.registry, digest ?? '');
    expect(image.digest).toBe(digest);
    expect(image.config.Labels).toMatchObject({
      'org.opencontainers.image.revision': commit,
      'dev.barewright.build.author': 'Ada <ada@example.org>',
      'dev.barewright.build.builder': expect.stringMatching(
        kind === 'docker' ? /^Docker Engine / : /^buildah /,
      ),
      'dev.barewright.build.tree': (await site.scene.git('rev-parse', `${commit}:images/app`)).stdout,
    });
    expect(view.tags[0]?.provenance).toMatchObject({ commit, builder: expect.any(String) });
    const { stdout } = await spawnCli(['describe', 'image', 'app', '--data', site.scene.dataDir]);
    expect(stdout).toContain(`Built from commit ${commit.slice(0, 10)} by Ada <ada@example.org>, tree `);
    expect(image.files).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^-rwxr-xr-x .* bin\/busybox$/),
        expect.stringMatching(/^lrwxrwxrwx .* data\/link -> sub\/file$/),
      ]),
    );
    expect(image.files.join('\n')).not.toMatch(/secret\.txt|sub\/more/);
    expect([image.text('data/sub/file'), image.text('greeting')]).toEqual(['one\n', 'hello\n']);
    expect(await tagsOf(site)).toEqual(['1.0', 'latest']);
    expect(site.events('ImagePut').map(({ data }) => data.digest)).toEqual([digest, digest]);
  });

  it('is built again for another context or argument, and for nothing else: no other commit, no restart, no lost data', async () => {
    const site = await aBuildSite({ kind });
    const first = await site.settled(await site.commit('an image'));
    const builds = () => site.events('ImageBuilding').length;
    expect(builds()).toBe(1);

    site.scene.writeIn('README', 'of no account\n');
    await site.settled(await site.commit('something else'));
    await site.scene.daemon().close();
    rmSync(site.scene.dataDir, { recursive: true });
    await site.scene.start();
    const again = await site.until(({ state }) => state === 'ok');
    expect(again.tags).toEqual(first.tags);
    expect(builds()).toBe(0);

    site.scene.writeIn('images/app/sub/file', 'two\n');
    const changed = await site.commit('another context');
    expect(await planned(site, changed)).toEqual([
      expect.stringMatching(/^build app:1\.0, app:latest from images\/app \(tree [0-9a-f]{10}\)$/),
    ]);
    const second = await site.settled(changed);
    expect(second.tags[0]?.present).not.toBe(first.tags[0]?.present);
    expect(second.tags[0]?.provenance?.commit).toBe(changed);

    site.declare('build: { context: images/app, args: { GREETING: goodbye } }\n  tags: ["1.0", more]');
    const third = await site.settled(await site.commit('an argument, and other tags'));
    expect(third.tags.map(({ tag }) => tag)).toEqual(['1.0', 'more']);
    expect((await pulled(site.registry, third.tags[0]?.present ?? '')).text('greeting')).toBe('goodbye\n');
    site.declare('build: { context: images/app, args: { GREETING: goodbye } }\n  tags: ["1.0", more, also]');
    const fourth = await site.settled(await site.commit('one more tag'));
    expect(fourth.tags[2]?.present).toBe(third.tags[0]?.present);
    expect(builds()).toBe(2);
    expect(await tagsOf(site)).toEqual(['1.0', 'also', 'more']);
  });

  it('is for several platforms where Git says so, and one index holds them', async () => {
    const site = await aBuildSite({
      kind,
      spec: 'build: { context: images/app, platforms: [linux/amd64, linux/arm64] }\n  tags: ["1.0"]',
      dockerfile: 'FROM scratch\nCOPY sub /data\n',
    });
    const view = await site.settled(await site.commit('an image'));
    const skopeo = aSkopeo();
    skopeo.know(site.registry);
    const raw = await skopeo.raw(`${site.registry.host}/app:1.0`);
    const { manifests } = JSON.parse(raw) as { manifests: { platform: object }[] };
    expect(manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    expect(view.tags[0]?.provenance?.builder).toMatch(/Docker|buildah/);
    await skopeo.copy(`docker://${site.registry.host}/app:1.0`, `dir:${join(aTempDir(), 'all')}`);
    expect(await tagsOf(site)).toEqual(['1.0']);
  });

  it('that somebody removes is tagged again, and built again where nothing is left of it', async () => {
    const site = await aBuildSite({ kind });
    const first = await site.settled(await site.commit('an image'));
    const app = site.registry.client().repository('app');
    await app.removeManifest(first.tags[0]?.present ?? '');
    site.scene.writeIn('README', 'another commit brings a look\n');
    await site.settled(await site.commit('something else'));
    expect(await tagsOf(site)).toEqual(['1.0', 'latest']);
    expect(site.events('ImageDrift').map(({ data }) => [data.tag, data.found])).toEqual(
      expect.arrayContaining([
        ['1.0', null],
        ['latest', null],
      ]),
    );
    expect(site.events('ImageBuilding')).toHaveLength(2);
  });
});

async function tagsOf({ registry }: Awaited<ReturnType<typeof aBuildSite>>): Promise<string[]> {
  return (await registry.client().repository('app').tags()).sort();
}

async function planned(site: Awaited<ReturnType<typeof aBuildSite>>, to: string): Promise<string[]> {
  const { planBetween } = await import('../../src/cli/offline-plan.ts');
  const { openSource } = await import('../../src/git/source.ts');
  const source = await openSource({
    ...{ location: site.scene.repository, branch: 'main', dataDir: aTempDir(), pollInterval: 1e6 },
    env: process.env,
  });
  try {
    const { plan } = await planBetween(source, `${to}~1`, to, Date.now());
    return plan?.images.map(({ change }) => change) ?? [];
  } finally {
    source.close();
  }
}

/** What skopeo makes of the image, and tar of its layers. */
async function pulled(registry: Parameters<ReturnType<typeof aSkopeo>['know']>[0], digest: string) {
  const skopeo = aSkopeo();
  skopeo.know(registry);
  const dir = join(aTempDir(), 'image');
  await skopeo.copy(`docker://${registry.host}/app@${digest}`, `dir:${dir}`);
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
  const file = (blob: { digest: string }) => join(dir, blob.digest.replace('sha256:', ''));
  const root = aTempDir();
  const files: string[] = [];
  for (const layer of manifest.layers) {
    execFileSync('tar', ['-xf', file(layer), '-C', root]);
    files.push(
      ...execFileSync('tar', ['-tvf', file(layer)], { encoding: 'utf8' })
        .trimEnd()
        .split('\n'),
    );
  }
  expect(readdirSync(root)).not.toEqual([]);
  const { createHash } = await import('node:crypto');
  return {
    digest: `sha256:${createHash('sha256')
      .update(readFileSync(join(dir, 'manifest.json')))
      .digest('hex')}`,
    config: JSON.parse(readFileSync(file(manifest.config), 'utf8')).config,
    files,
    text: (path: string) => readFileSync(join(root, path), 'utf8'),
  };
}
