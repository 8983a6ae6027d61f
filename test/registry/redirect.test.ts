import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRegistry } from '../../src/registry/client.ts';
import { createCopier } from '../../src/registry/copy.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate } from './a-certificate.ts';
import { aProxy } from './a-proxy.ts';
import { aRegistry, IMPATIENT, LOGIN } from './a-registry.ts';
import { anImage, push } from './an-image.ts';
import { failure } from './failure.ts';

/** Something that listens on loopback until the test ends; resolves with its port. */
async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

describe('a registry that sends elsewhere', () => {
  it('promise 10: is followed to where its blobs lie, and the login is not shown there', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry()];
    const image = anImage({ sizes: [50_000] });
    await push(upstream.client().repository('app'), '1', image);
    const shown: unknown[] = [];
    const store: RequestListener = ({ url = '', headers }, response) => {
      shown.push(headers.authorization);
      const digest = new URLSearchParams(url.split('?')[1]).get('blob') ?? '';
      response.end(image.blobs.get(digest));
    };
    const port = await listen(createServer(store));
    const front = await aProxy(upstream.access, {
      answer({ url = '', method }, response) {
        const digest = /\/blobs\/(sha256:\w+)$/.exec(url)?.[1];
        if (method !== 'GET' || digest === undefined) return false;
        response
          .writeHead(307, { location: `http://127.0.0.1:${port}/store?blob=${digest}&signature=x` })
          .end();
        return true;
      },
    });
    const registry = createRegistry({ ...front.access, login: LOGIN });
    onTestFinished(() => registry.close());
    const target = own.client().repository('app');
    const copy = { source: registry.repository('app'), target, reference: '1', tag: '1' };
    expect((await createCopier().copy(copy)).digest).toBe(image.manifest.digest);
    expect(shown).toEqual(Array.from(image.blobs, () => undefined));
  });

  it('is not followed from https into the clear, nor for ever', async () => {
    const { certFile, keyFile, pem: ca } = aCertificate(aTempDir(), 'ca');
    let to = 'http://127.0.0.1:1/store';
    let asked = 0;
    const answer: RequestListener = (_request, response) => {
      asked += 1;
      response.writeHead(302, { location: to }).end();
    };
    const port = await listen(
      createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, answer),
    );
    const registry = createRegistry({ endpoint: `https://127.0.0.1:${port}`, ca, patience: IMPATIENT });
    onTestFinished(() => registry.close());
    const app = registry.repository('app');
    expect(await failure(app.manifest('1'))).toEqual([
      'protocol',
      `127.0.0.1:${port} sends from https to http://127.0.0.1:1`,
    ]);
    [to, asked] = ['/v2/round', 0];
    expect((await failure(app.manifest('1')))[0]).toBe('protocol');
    expect(asked).toBe(6);
  });
});
