import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openNetbootStore } from '../../src/netboot/store.ts';
import type { Artifact } from '../../src/serve/artifact.ts';
import { createBootPlane } from '../../src/serve/boot-plane.ts';
import { parseRange } from '../../src/serve/range.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from '../netboot/a-server.ts';

const CONTENT = randomBytes(5_000_000);
const SHA = sha256Of(CONTENT);
const refused = async () => ({ ok: false as const, why: 'bad-token' });

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A boot plane with one stored file. */
async function aPlane(content = CONTENT) {
  const folder = aTempDir();
  writeFileSync(join(folder, 'initrd.gz'), content);
  const store = await openNetbootStore({ directory: join(folder, 'netboot') });
  closers.push(store.close);
  const sha256 = sha256Of(content);
  const stored = await store.ensure({ file: join(folder, 'initrd.gz'), sha256 });
  const streams: Readable[] = [];
  const artifact: Artifact = {
    ...stored,
    async read(range) {
      const stream = await stored.read(range);
      streams.push(stream);
      return stream;
    },
  };
  const plane = createBootPlane({
    ready: async () => true,
    script: async () => ({ kind: 'unknown' }),
    answers: refused,
    callback: refused,
    report: refused,
    stacks: refused,
    loader: async () => null,
    artifact: (wanted) => (wanted === sha256 ? artifact : null),
    onError(error) {
      throw error;
    },
  });
  closers.push(() => plane.close());
  return { plane, streams, url: `/netboot/${sha256}` };
}

describe('a stored file', () => {
  it('is sent whole, with its length, its digest as ETag, and leave to be kept', async () => {
    const { plane, url } = await aPlane();
    const answer = await plane.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-length': String(CONTENT.length),
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      etag: `"${SHA}"`,
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(sha256Of(answer.rawPayload)).toBe(SHA);
  });

  it('is described by HEAD without being read', async () => {
    const { plane, url, streams } = await aPlane();
    const answer = await plane.inject({ method: 'HEAD', url });
    expect(answer).toMatchObject({ statusCode: 200, payload: '' });
    expect(answer.headers).toMatchObject({ 'content-length': String(CONTENT.length), etag: `"${SHA}"` });
    const part = await plane.inject({ method: 'HEAD', url, headers: { range: 'bytes=0-9' } });
    expect(part.statusCode).toBe(206);
    expect(part.headers).toMatchObject({ 'content-length': '10' });
    expect(streams).toEqual([]);
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=1000000-2999999', 1_000_000, 2_999_999],
    ['bytes=4999990-', 4_999_990, 4_999_999],
    ['bytes=4999990-9999999', 4_999_990, 4_999_999],
    ['bytes=-10', 4_999_990, 4_999_999],
  ])('%s is the part that it names', async (range, start, end) => {
    const { plane, url } = await aPlane();
    const answer = await plane.inject({ url, headers: { range } });
    expect(answer.statusCode).toBe(206);
    expect(answer.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/5000000`,
      'content-length': String(end - start + 1),
    });
    expect(answer.rawPayload.equals(CONTENT.subarray(start, end + 1))).toBe(true);
  });

  it('beyond its end there is nothing', async () => {
    const { plane, url } = await aPlane();
    for (const range of ['bytes=5000000-', 'bytes=-0']) {
      const answer = await plane.inject({ url, headers: { range } });
      expect(answer.statusCode).toBe(416);
      expect(answer.headers).toMatchObject({ 'content-range': 'bytes */5000000' });
    }
  });

  it('is not sent to who has it, and a part only of the same file', async () => {
    const { plane, url, streams } = await aPlane();
    const same = await plane.inject({ url, headers: { 'if-none-match': `"${SHA}"` } });
    expect(same).toMatchObject({ statusCode: 304, payload: '' });
    expect(streams).toEqual([]);
    const range = 'bytes=0-9';
    const another = await plane.inject({ url, headers: { range, 'if-range': '"another"' } });
    expect(another.statusCode).toBe(200);
    const still = await plane.inject({ url, headers: { range, 'if-range': `"${SHA}"` } });
    expect(still.statusCode).toBe(206);
  });

  it('may be empty', async () => {
    const { plane, url } = await aPlane(Buffer.alloc(0));
    expect(await plane.inject({ url })).toMatchObject({ statusCode: 200, payload: '' });
  });

  it('is let go of when the machine hangs up', async () => {
    const { plane, url, streams } = await aPlane();
    const base = await plane.listen({ host: '127.0.0.1', port: 0 });
    await new Promise<void>((hungUp, failed) => {
      const asking = request(`${base}${url}`, (response) => {
        response.once('data', () => asking.destroy());
        response.on('close', hungUp).on('error', () => {});
      });
      asking.on('error', failed).end();
    });
    const [stream] = streams;
    if (stream && !stream.closed) await new Promise((closed) => stream.once('close', closed));
    expect(stream?.destroyed).toBe(true);
  });
});

describe('anything else', () => {
  it('is not found, and no path leads out', async () => {
    const { plane } = await aPlane();
    const urls = [
      `/netboot/${SHA.replace(/./, 'z')}`,
      `/netboot/${'0'.repeat(64)}`,
      `/netboot/${SHA.toUpperCase()}`,
      '/netboot/..%2ftoken.key',
      '/netboot/../token.key',
      `/netboot/${SHA}/..`,
      '/netboot/',
    ];
    for (const url of urls) expect([url, (await plane.inject({ url })).statusCode]).toEqual([url, 404]);
  });
});

describe('ranges', () => {
  it('that cannot be read are answered with the whole', () => {
    for (const header of [
      undefined,
      '',
      'bytes',
      'bytes=-',
      'bytes=5-2',
      'bytes=0-1,3-4',
      'lines=1-2',
      'bytes=a-b',
    ]) {
      expect([header, parseRange(header, 10)]).toEqual([header, null]);
    }
  });

  it('never leave the file', () => {
    const number = fc.oneof(fc.nat(30).map(String), fc.constant(''));
    fc.assert(
      fc.property(number, number, fc.nat(20), (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThan(size);
        expect(range.start).toBeLessThanOrEqual(range.end);
      }),
    );
  });
});
