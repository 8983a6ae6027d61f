import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuth } from '../../src/registry/auth.ts';
import { createRegistry, type Registry } from '../../src/registry/client.ts';
import { createCopier } from '../../src/registry/copy.ts';
import type { RegistryAccess } from '../../src/registry/transport.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate } from './a-certificate.ts';
import { aProxy, type Bend } from './a-proxy.ts';
import { aRegistry } from './a-registry.ts';
import { type AnImage, anImage, push } from './an-image.ts';
import { failure } from './failure.ts';

const MB = 2 ** 20;

describe('what goes wrong between registries', () => {
  it('a login that is missing, wrong, or enough for a token only', async () => {
    const server = await aRegistry();
    const { login: _login, ...anonymous } = server.access;
    const wrong = { ...anonymous, login: { username: 'karoo', password: 'sword' } };
    for (const access of [anonymous, wrong]) {
      const error = await failure(open(access).ping());
      expect(error).toEqual(['unauthorized', `GET ${server.host}/: 401 authentication required`]);
    }
    await server.client().ping();
  });

  it('a certificate of an authority that is not trusted', async () => {
    const server = await aRegistry();
    const { pem } = aCertificate(aTempDir(), 'other');
    const error = await failure(open({ ...server.access, ca: pem }).ping());
    expect(error).toEqual(['tls', `${server.host} is not trusted: its certificate is signed by itself`]);
    const plain = await failure(
      open({ ...server.access, endpoint: `https://${(await aRegistry({ tls: false })).host}` }).ping(),
    );
    expect(plain[0]).toBe('tls');
  });

  it('a registry that is down, and one that comes back', async () => {
    const server = await aRegistry();
    await push(server.client().repository('app'), '1', anImage());
    await server.stop();
    const error = await failure(server.client().repository('app').head('1'));
    expect(error).toEqual(['unreachable', `${server.host} cannot be reached: connection refused`]);
    await server.start();
    expect(await server.client().repository('app').head('1')).not.toBeNull();
  });

  it('429 is waited for as long as it asks, and told when it stays', async () => {
    const server = await aRegistry();
    await push(server.client().repository('app'), '1', anImage());
    let [refusals, asks] = [1, '1'];
    const at: number[] = [];
    const proxy = await aProxy(server.access, {
      answer(_request, response) {
        at.push(performance.now());
        if (refusals <= 0) return false;
        refusals -= 1;
        response.writeHead(429, { 'retry-after': asks }).end();
        return true;
      },
    });
    const repository = open(proxy.access).repository('app');
    expect(await repository.head('1')).not.toBeNull();
    const [first = 0, second = 0] = at;
    // By itself, the client would have waited for a millisecond.
    expect(second - first).toBeGreaterThan(900);
    [refusals, asks] = [99, '0'];
    const [code] = await failure(repository.head('1'));
    expect(code).toBe('too-many-requests');
    expect(99 - refusals).toBe(3);
  });

  it('a registry that asks for more patience than there is, is not waited for', async () => {
    const server = await aRegistry();
    const proxy = await aProxy(server.access, {
      answer: (_request, response) => Boolean(response.writeHead(429, { 'retry-after': '3600' }).end()),
    });
    const [code] = await failure(open(proxy.access).repository('app').head('1'));
    expect([code, proxy.seen.length]).toEqual(['too-many-requests', 1]);
  });

  it('a blob that is cut off is gone on with where it broke', async () => {
    const image = anImage({ sizes: [3 * MB] });
    const broken = new Set<string>();
    const { copy, proxy } = await behind(image, {
      pass(chunk, at, { url = '' }) {
        if (at < MB || broken.has(url) || !url.includes('/blobs/')) return chunk;
        broken.add(url);
        return null;
      },
    });
    expect((await copy()).digest).toBe(image.manifest.digest);
    expect(proxy.seen.filter((line) => / bytes=\d+-$/.test(line))).toHaveLength(1);
  });

  it('a blob that always ends early leaves no half image', async () => {
    const { copy, target } = await behind(anImage({ sizes: [MB] }), {
      pass: (chunk, at, { url = '' }) => (at > 1000 || !url.includes('/blobs/') ? chunk : null),
    });
    const [code] = await failure(copy());
    expect(code).toBe('unreachable');
    expect([await target.head('1'), await target.tags()]).toEqual([null, []]);
  });

  it('a blob that was changed on the way is refused on this side', async () => {
    const { copy, target } = await behind(anImage({ sizes: [MB] }), {
      pass(chunk, at, { url = '' }) {
        if (at === 0 && url.includes('/blobs/')) chunk[0] = (chunk[0] ?? 0) ^ 1;
        return chunk;
      },
    });
    const [code, message] = await failure(copy());
    expect([code, message]).toEqual([
      'digest',
      expect.stringMatching(/ is sha256:[0-9a-f]{64}, not sha256:/),
    ]);
    expect(await target.head('1')).toBeNull();
  });

  it('a large blob that was changed on the way is refused by the registry', async () => {
    const { copy, target } = await behind(anImage({ sizes: [17 * MB] }), {
      pass(chunk, at, { url = '' }) {
        if (at === 0 && url.includes('/blobs/')) chunk[0] = (chunk[0] ?? 0) ^ 1;
        return chunk;
      },
    });
    expect((await failure(copy()))[0]).toBe('digest');
    expect(await target.head('1')).toBeNull();
  });

  it('a manifest that is not what its digest says', async () => {
    const image = anImage();
    const { source } = await behind(image, {
      pass: (chunk, _at, { url = '' }) =>
        url.includes('/manifests/')
          ? Buffer.from(`${chunk}`.replace('linux', 'minix').replace('   ', '\t  '))
          : chunk,
    });
    const [code, message] = await failure(source.manifest(image.manifest.digest));
    expect(code).toBe('digest');
    expect(message).toContain(`, not ${image.manifest.digest}`);
  });

  it('a registry that is read-only says so', async () => {
    const image = anImage();
    const [source, target] = [await aRegistry(), await aRegistry({ readOnly: true })];
    await push(source.client().repository('app'), '1', image);
    const stores = { source: source.client().repository('app'), target: target.client().repository('app') };
    const [code, message] = await failure(createCopier().copy({ ...stores, reference: '1', tag: '1' }));
    expect(code).toBe('read-only');
    expect(message).toMatch(/^POST 127\.0\.0\.1:\d+\/app\/blobs\/uploads\/: 405/);
  });

  it('a token server in the clear is not shown the password of a registry with TLS', async () => {
    const asked: string[] = [];
    const auth = createAuth({
      ...{ registry: 'karoo', isPlain: false, login: { username: 'u', password: 'p' }, clock: Date.now },
      get: async (url) => {
        asked.push(url.href);
        return { status: 200, text: '{}' };
      },
    });
    const challenge = {
      scheme: 'bearer',
      realm: 'http://127.0.0.1:1/token',
      service: null,
      scope: null,
    } as const;
    expect((await failure(auth.answer(challenge, '')))[0]).toBe('protocol');
    expect(asked).toEqual([]);
  });
});

function open(access: RegistryAccess): Registry {
  const registry = createRegistry(access);
  onTestFinished(() => registry.close());
  return registry;
}

/** An image in a registry behind a proxy, and an empty registry to copy it to. */
async function behind(image: AnImage, bend: Bend) {
  const [upstream, own] = [await aRegistry(), await aRegistry()];
  await push(upstream.client().repository('app'), '1', image);
  const proxy = await aProxy(upstream.access, bend);
  const source = open(proxy.access).repository('app');
  const target = own.client().repository('app');
  return {
    proxy,
    source,
    target,
    copy: () => createCopier().copy({ source, target, reference: '1', tag: '1' }),
  };
}
