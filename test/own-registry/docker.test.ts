import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAuthority } from '../../src/own-registry/authority.ts';
import { registryContainer } from '../../src/own-registry/program.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anImage, push } from '../registry/an-image.ts';
import { aHost, NODE, WRITER } from './a-host.ts';
import { anEngine } from './an-engine.ts';

/** Docker asks registries of 127.0.0.0/8 for no certificate that it trusts. */
const ADDRESS = '198.51.100.77';

/** A registry at an address that Docker is strict with. */
async function aStrictHost() {
  execFileSync('ip', ['address', 'replace', `${ADDRESS}/32`, 'dev', 'lo']);
  onTestFinished(() => void execFileSync('ip', ['address', 'delete', `${ADDRESS}/32`, 'dev', 'lo']));
  const directory = join(aTempDir(), 'registry');
  const port = await aFreePort();
  return aHost({
    ...{ directory, endpoint: `https://${ADDRESS}:${port}`, listen: { host: ADDRESS, port } },
    identity: () => openAuthority(directory, 'karoo', [ADDRESS], Date.now()),
  });
}

/** As a stack on a node puts it there; Docker reads no other place. */
function trust(place: string, caFile: string): void {
  const folder = `/etc/docker/certs.d/${place}`;
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(caFile, join(folder, 'ca.crt'));
}

function loginFile(place: string, { username, password }: typeof NODE): string {
  const folder = aTempDir();
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  writeFileSync(join(folder, 'config.json'), `{"auths":{"${place}":{"auth":"${auth}"}}}\n`);
  return folder;
}

describe('a Docker Engine on a node', () => {
  it('pulls with the authority and the login that a stack has put there, and pushes nothing', async () => {
    const engine = await anEngine();
    const registry = await aStrictHost();
    const place = `${ADDRESS}:${new URL(registry.options.endpoint).port}`;
    const image = `${place}/karoo/hello:1`;
    await engine.imports(aRoot(['/bin/true']), image);
    const [node, barewright] = [loginFile(place, NODE), loginFile(place, WRITER)];
    await expect(engine.docker(['push', image], barewright)).rejects.toThrow(
      /certificate signed by unknown authority/,
    );
    trust(place, join(registry.directory, 'ca.crt'));
    await expect(engine.docker(['push', image], node)).rejects.toThrow(
      /denied|unauthorized|authentication required/,
    );
    await engine.docker(['push', image], barewright);
    const pushed = await registry.client().repository('karoo/hello').head('1');

    await engine.docker(['rmi', image], node);
    await expect(
      engine.docker(['pull', image], loginFile(place, { ...NODE, password: 'x' })),
    ).rejects.toThrow(/unauthorized|no such account/);
    expect(await engine.docker(['pull', image], node)).toContain(`Digest: ${pushed?.digest}`);
    registry.accounts.delete(NODE.username);
    await registry.host().voidTokens();
    await engine.docker(['rmi', image], node);
    await expect(engine.docker(['pull', image], node)).rejects.toThrow(/unauthorized|no such account/);
  });
});

describe('the registry in a container', () => {
  it('is run, cleaned up and ended like the program', async () => {
    const engine = await anEngine();
    const linked = execFileSync('ldd', ['/usr/bin/docker-registry'], { encoding: 'utf8' });
    const files = ['/usr/bin/docker-registry', ...(linked.match(/\/[^\s)]+/g) ?? [])];
    await engine.imports(aRoot(files, { '/usr/bin/docker-registry': '/bin/registry' }), 'karoo/registry:2');
    const directory = join(aTempDir(), 'registry');
    const program = registryContainer({
      image: 'karoo/registry:2',
      directories: [directory],
      docker: engine.command,
    });
    const registry = await aHost({ directory, program });
    expect(registry.problems).toEqual([]);
    const app = registry.client().repository('app');
    const { digest } = await push(app, '1', anImage());
    await app.removeManifest(digest);
    expect(await registry.host().collect(new AbortController().signal)).toMatchObject({ blobs: 3 });
    await push(registry.client().repository('app'), '2', anImage());
    expect(await engine.docker(['ps', '--format', '{{.Image}} {{.Ports}}'])).toBe('karoo/registry:2 \n');

    await registry.host().close();
    expect(await engine.docker(['ps', '--all', '--quiet'])).toBe('');

    // As a daemon that was killed leaves it: the next one finds it by its name.
    const configuration = join(directory, 'config.yml');
    const left = program.serve(configuration);
    await untilRuns(engine);
    await program.clear(configuration);
    expect(await engine.docker(['ps', '--all', '--quiet'])).toBe('');
    await left.ended;
  });
});

async function untilRuns({ docker }: Awaited<ReturnType<typeof anEngine>>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await docker(['ps', '--quiet'])) !== '') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no container runs');
}

/** A tar of these files of this machine, under the same paths or others. */
function aRoot(files: readonly string[], names: Record<string, string> = {}): string {
  const folder = aTempDir();
  for (const file of files) {
    const to = join(folder, 'root', names[file] ?? file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
  const tar = join(folder, 'root.tar');
  execFileSync('tar', ['-C', join(folder, 'root'), '-cf', tar, '.']);
  return tar;
}
