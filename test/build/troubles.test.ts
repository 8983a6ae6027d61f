import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../builders/journal-file.ts';
import { spawnCli } from '../cli/spawn-cli.ts';
import { aRegistry } from '../registry/a-registry.ts';
import { aBuildSite, DOCKERFILE } from './a-build-site.ts';

const KINDS = ['docker', 'buildah'] as const;
const HANGS = DOCKERFILE.replace('ENTRYPOINT', 'RUN ["/bin/busybox", "sleep", "3333"]\nENTRYPOINT');
const FAILS = DOCKERFILE.replace(
  'ENTRYPOINT',
  'RUN ["/bin/busybox", "sh", "-c", "/bin/busybox echo no such thing; exit 3"]\nENTRYPOINT',
);

describe.each(KINDS)('what goes wrong when %s builds', (kind) => {
  it('a Dockerfile that fails is said with its last lines, is tried three times, and then waits for a commit', async () => {
    const site = await aBuildSite({ kind, dockerfile: FAILS });
    await site.commit('an image that fails');
    const { message } = await site.until(({ message }) => message.includes('tried 3 times'));
    expect(message).toMatch(/no such thing/);
    expect(message).toMatch(
      /\(tried 3 times; a commit that changes it, or `barewright reconcile`, tries again\)$/,
    );
    const failed = site.events('ImageBuildFailed');
    expect(failed.map(({ data }) => data.code)).toEqual(['failed', 'failed', 'failed']);
    expect(failed[0]?.message).toMatch(
      /^app was not built: .*(code: 3|exit status 3).*\(last: .*no such thing/,
    );
    const log = site.events('ImageBuildLog').at(-1)?.data.lines.join('\n') ?? '';
    expect(log).toMatch(/STEP|Step/);
    expect(log).toContain('no such thing');
    const { code, stdout } = await spawnCli(['logs', '--build', 'app', '--data', site.scene.dataDir]);
    expect([code, stdout.trimEnd().split('\n').slice(0, -1).join('\n')]).toEqual([0, log]);
    const story = await spawnCli(['describe', 'image', 'app', '--data', site.scene.dataDir]);
    expect(story.stdout).toMatch(/app was not built: .*no such thing/);

    await fetch(`${site.scene.daemon().url}/api/v1/reconcile`, { method: 'POST', headers: site.token() });
    await site.until(() => site.events('ImageBuildFailed').length === 4);
    site.scene.writeIn('images/app/Dockerfile', DOCKERFILE);
    await site.settled(await site.commit('mended'));
  });

  it('a build that hangs ends at its deadline; one that Git no longer asks for ends at once', async () => {
    const spec = 'build: { context: images/app, timeout: 1500ms }\n  tags: ["1.0"]';
    const site = await aBuildSite({ kind, dockerfile: HANGS, spec });
    await site.commit('an image that hangs');
    const { message } = await site.until(({ message }) => message.includes('tried 3 times'));
    expect(message).toContain('it took longer than 2 s');
    site.declare('build: { context: images/app, args: { GREETING: other } }\n  tags: ["1.0"]');
    await site.commit('with all the time that there is');
    await site.sleeping(3333, true);
    site.scene.writeIn('images/app/Dockerfile', DOCKERFILE);
    await site.settled(await site.commit('mended'));
    expect(site.events('ImageBuildFailed').at(-1)).toMatchObject({ data: { code: 'given-up' } });
  });

  it('promise 8: a daemon that stops in mid-build ends it, and says so', async () => {
    const site = await aBuildSite({ kind, dockerfile: HANGS });
    await site.commit('an image that hangs');
    await site.sleeping(3333, true);
    await site.scene.daemon().close();
    const file = join(site.scene.dataDir, 'journal.db');
    const [last] = readJournal(file, (journal) => journal.read({ reasons: ['ImageBuildFailed'] }));
    expect(last?.message).toBe('app was not built: the daemon stops');
    await site.sleeping(3333, false);
    site.scene.writeIn('images/app/Dockerfile', DOCKERFILE);
    const commit = await site.commit('mended');
    await site.scene.start();
    await site.settled(commit);
  });

  it('a registry that takes nothing is named', async () => {
    const site = await aBuildSite({ kind, registry: await aRegistry({ readOnly: true }) });
    await site.commit('an image');
    await site.until(() => site.events('ImageProblem').length > 0);
    const { message = '' } = site.events('ImageProblem')[0] ?? {};
    const { host } = site.registry;
    expect(message).toContain(
      kind === 'docker' ? `Docker Engine cannot push to ${host}/app: ` : `${host}/app`,
    );
    expect(message).toMatch(/405|Method Not Allowed|read-only/i);
    expect(site.events('ImageBuildFailed')[0]?.data.code).toBe(kind === 'docker' ? 'push' : 'read-only');
  });
});

describe('without a builder', () => {
  it('it is said what is missing, once, and an image that is there already needs none', async () => {
    const site = await aBuildSite({ kind: 'docker', dockerHost: 'unix:///nowhere/docker.sock' });
    await site.commit('an image');
    const { message } = await site.until(({ state }) => state === 'problem');
    expect(message).toBe(
      'Docker Engine at unix:///nowhere/docker.sock cannot be reached: there is no such socket',
    );
    const said = () => site.events('ImageProblem').map((event) => event.message);
    await site.until(() => said().length > 0);
    expect(said()).toEqual([
      `image app: ${message}. Start Docker Engine and let the user of the daemon use its socket, or install buildah.`,
    ]);
    expect(site.events('ImageBuilding')).toEqual([]);
  });

  it('the choice falls on buildah where no Docker Engine answers', async () => {
    const site = await aBuildSite({ kind: 'auto', dockerHost: 'unix:///nowhere/docker.sock' });
    const view = await site.settled(await site.commit('an image'));
    expect(view.tags[0]?.provenance?.builder).toMatch(/^buildah \d/);
  });
});

describe('a commit whose image has no context', () => {
  it('promise 4: changes nothing, and every mistake is named with its place', async () => {
    const { aRepository } = await import('../promises/repository.ts');
    const { freshNodes } = await import('../promises/scene.ts');
    const { aTempDir } = await import('../builders/temp-dir.ts');
    const dir = aTempDir();
    const site = await aRepository(dir, { nodes: freshNodes(1) });
    const image = (name: string, context: string, more = '') =>
      `apiVersion: barewright.dev/v1\nkind: Image\nmetadata: { name: ${name} }\nspec:\n  build: { context: ${context}${more} }\n  tags: ["1"]\n`;
    const all = [
      image('a', 'images/ap'),
      image('b', 'images/app'),
      image('c', 'images/app', ', dockerfile: D'),
      image('d', '.'),
    ];
    site.writeIn('inventory/images.yaml', all.join('---\n'));
    site.writeIn('images/app/file', 'x');
    await site.commitAll('mistakes');
    const { createDocumentCache } = await import('../../src/desired/document-cache.ts');
    const { loadSite } = await import('../../src/daemon/load-site.ts');
    const { openSource } = await import('../../src/git/source.ts');
    const source = await openSource({
      ...{ location: dir, branch: 'main', dataDir: aTempDir(), pollInterval: 1e6, env: process.env },
    });
    const { problems } = await loadSite(source, createDocumentCache(), await source.head());
    source.close();
    expect(problems.map(({ line, column, message, hint }) => [`${line}:${column}`, message, hint])).toEqual([
      ['5:21', 'there is no directory "images/ap" in the repository', 'Did you mean `images/app`?'],
      [
        '12:21',
        'there is no file "Dockerfile" in images/app',
        'Commit it, or name it in `dockerfile`, as a path inside the context.',
      ],
      [
        '19:45',
        'there is no file "D" in images/app',
        'Commit it, or name it in `dockerfile`, as a path inside the context.',
      ],
      [
        '26:21',
        '"." is no directory of its own',
        'Write a directory below the top of the repository, like `images/correlator`, without `.`.',
      ],
    ]);
    expect(execFileSync('git', ['-C', dir, 'status', '--short'], { encoding: 'utf8' })).toBe('');
  });
});
