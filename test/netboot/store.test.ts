import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { aServer, sha256Of } from './a-server.ts';
import { aStore } from './a-store.ts';

const CONTENT = randomBytes(3_000_000);
const SHA = sha256Of(CONTENT);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = await aServer(answer);
  closers.push(server.close);
  return server;
}

function aFile(content: Uint8Array = CONTENT): string {
  const file = join(aTempDir(), 'vmlinuz');
  writeFileSync(file, content);
  return file;
}

describe('what is fetched', () => {
  it('is kept under its digest, and found again by the next daemon', async () => {
    const { url, requests } = await serving((_, response) => response.end(CONTENT));
    const store = await aStore();
    expect(store.find({ sha256: SHA })).toBeNull();
    expect(await store.ensure({ url, sha256: SHA })).toMatchObject({ sha256: SHA, size: CONTENT.length });
    await store.ensure({ url, sha256: SHA });
    expect(requests).toEqual(['GET /']);
    expect(readdirSync(store.directory)).toEqual([SHA]);
    expect(readFileSync(join(store.directory, SHA)).equals(CONTENT)).toBe(true);
    await store.close();
    const next = await aStore({ directory: store.directory });
    expect(next.find({ sha256: SHA })).toMatchObject({ size: CONTENT.length });
  });

  it('is read from a file, of which a copy is kept', async () => {
    const file = aFile();
    const store = await aStore();
    const stored = await store.ensure({ file, sha256: SHA });
    writeFileSync(file, 'another one');
    expect(sha256Of(await buffer(await stored.read({ start: 0, end: stored.size - 1 })))).toBe(SHA);
  });

  it('is read in parts', async () => {
    const stored = await (await aStore()).ensure({ file: aFile(), sha256: SHA });
    const part = await buffer(await stored.read({ start: 1_000_000, end: 2_500_000 }));
    expect(part.equals(CONTENT.subarray(1_000_000, 2_500_001))).toBe(true);
  });

  it('is fetched once for all who ask at the same time', async () => {
    let answer = () => {};
    const asked = Promise.withResolvers<void>();
    const { url, requests } = await serving((_, response) => {
      answer = () => response.end(CONTENT);
      asked.resolve();
    });
    const store = await aStore();
    const all = Array.from({ length: 20 }, () => store.ensure({ url, sha256: SHA }));
    await asked.promise;
    answer();
    expect(new Set(await Promise.all(all)).size).toBe(1);
    expect(requests).toHaveLength(1);
  });

  it('follows a redirect', async () => {
    const { url } = await serving((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.end(CONTENT);
    });
    expect(await (await aStore()).ensure({ url: `${url}/old`, sha256: SHA })).toMatchObject({ sha256: SHA });
  });
});

describe('what cannot be had leaves nothing behind, and says why', () => {
  async function refusal(artifact: { file?: string; url?: string; sha256?: string }, change = {}) {
    const store = await aStore(change);
    const error: unknown = await store.ensure({ sha256: SHA, ...artifact }).catch((error) => error);
    expect(readdirSync(store.directory)).toEqual([]);
    expect(store.find({ sha256: SHA })).toBeNull();
    return error;
  }

  it('another digest', async () => {
    const { url } = await serving((_, response) => response.end('something else'));
    expect(await refusal({ url })).toMatchObject({
      code: 'digest',
      message: `its SHA-256 is ${sha256Of(Buffer.from('something else'))}, not ${SHA} (14 bytes)`,
    });
  });

  it('promise 10: the digest of a wrong local file is not said: it could be that of a secret', async () => {
    const error = await refusal({ file: aFile(Buffer.from('a password')) });
    expect(error).toMatchObject({ code: 'digest', message: expect.stringContaining('is another, not') });
    expect(String(error)).not.toContain(sha256Of(Buffer.from('a password')));
  });

  it('too much, whether it is said before or not', async () => {
    const said = await serving((_, response) => response.end(CONTENT));
    expect(await refusal({ url: said.url }, { maxBytes: 2_000_000 })).toMatchObject({ code: 'too-large' });
    const unsaid = await serving((_, response) => {
      response.write(CONTENT);
      response.end();
    });
    expect(await refusal({ url: unsaid.url }, { maxBytes: 2_000_000 })).toMatchObject({ code: 'too-large' });
    expect(await refusal({ file: aFile() }, { maxBytes: 2_000_000 })).toMatchObject({ code: 'too-large' });
  });

  it('a connection that breaks in the middle', async () => {
    const { url } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1_000_000), () => response.destroy());
    });
    expect(await refusal({ url })).toMatchObject({ code: 'unreachable' });
  });

  it('a server that says no, and none at all', async () => {
    const { url, close } = await serving((_, response) => response.writeHead(404).end());
    expect(await refusal({ url })).toMatchObject({ code: 'http', message: 'its server answers 404' });
    await close();
    expect(await refusal({ url })).toMatchObject({ code: 'unreachable', message: 'connection refused' });
  });

  it('a path that is no regular file is not even read', async () => {
    const folder = aTempDir();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const file of [folder, join(folder, 'pipe'), '/dev/zero', join(folder, 'none')]) {
      expect(await refusal({ file })).toMatchObject({ code: 'file' });
    }
  });

  it('an end of the daemon in the middle', async () => {
    const begun = Promise.withResolvers<void>();
    const { url } = await serving((_, response) => {
      response.write('a');
      begun.resolve();
    });
    const store = await aStore();
    const fetch = store.ensure({ url, sha256: SHA }).catch((error) => error);
    await begun.promise;
    await store.close();
    expect(await fetch).toMatchObject({ code: 'closed' });
    expect(readdirSync(store.directory)).toEqual([]);
  });

  it('promise 8: what a killed daemon left half fetched is not taken for whole', async () => {
    const directory = aTempDir();
    writeFileSync(join(directory, `${SHA}.0123456789ab.part`), CONTENT.subarray(0, 1_000));
    const store = await aStore({ directory });
    expect(store.find({ sha256: SHA })).toBeNull();
    expect(readdirSync(directory)).toEqual([]);
  });
});
