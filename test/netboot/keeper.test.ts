import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createKeeper, type Keeper } from '../../src/netboot/keeper.ts';
import { openNetbootStore, type StoredArtifact } from '../../src/netboot/store.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aServer, sha256Of } from './a-server.ts';

const SHA = sha256Of('the kernel');

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aKeeper() {
  const store = await openNetbootStore({ directory: join(aTempDir(), 'netboot') });
  const news: string[] = [];
  let told = Promise.withResolvers<void>();
  const tell = (what: string) => {
    news.push(what);
    told.resolve();
    told = Promise.withResolvers();
  };
  const keeper: Keeper = createKeeper({
    store,
    onFetched: ({ size }: StoredArtifact) => tell(`fetched ${size}`),
    onFailed: (_, { code }, pause) => tell(`${code}, again in ${pause}`),
  });
  closers.push(keeper.close);
  return { keeper, news, next: () => told.promise };
}

async function aKernelServer() {
  const server = await aServer((request, response) => {
    if (request.url === '/vmlinuz') response.end('the kernel');
    else response.writeHead(404).end();
  });
  closers.push(server.close);
  return server;
}

describe('what is declared', () => {
  it('is fetched, and only what is declared is handed out', async () => {
    const { url } = await aKernelServer();
    const { keeper, news, next } = await aKeeper();
    const kernel = { url: `${url}/vmlinuz`, sha256: SHA };
    expect(keeper.lacks(kernel)).toBe(`is being fetched from ${url}/vmlinuz`);
    keeper.keep([kernel]);
    await next();
    expect(news).toEqual(['fetched 10']);
    expect(keeper.lacks(kernel)).toBeNull();
    expect(keeper.find(SHA)).toMatchObject({ size: 10 });
    keeper.keep([]);
    expect(keeper.find(SHA)).toBeNull();
  });

  it('is tried again where that failed, and at once when another commit comes', async () => {
    const { url, requests } = await aKernelServer();
    const { keeper, news, next } = await aKeeper();
    const wrong = { url: `${url}/vmlinux`, sha256: SHA };
    keeper.keep([wrong]);
    await next();
    expect(news).toEqual(['http, again in 10000']);
    expect(keeper.lacks(wrong)).toBe(`cannot be fetched from ${url}/vmlinux: its server answers 404`);
    keeper.keep([wrong, { url: `${url}/vmlinuz`, sha256: SHA }]);
    await next();
    expect(requests).toHaveLength(2);
    keeper.keep([{ url: `${url}/vmlinuz`, sha256: SHA }]);
    await next();
    expect(news.at(-1)).toBe('fetched 10');
    expect(keeper.lacks(wrong)).toBeNull();
  });
});
