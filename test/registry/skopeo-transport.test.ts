import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCopier } from '../../src/registry/copy.ts';
import { createSkopeoRepository } from '../../src/registry/skopeo.ts';
import { skopeoError } from '../../src/registry/skopeo-error.ts';
import { createSkopeoProgram } from '../../src/registry/skopeo-program.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate } from './a-certificate.ts';
import { aProxy, type Bend } from './a-proxy.ts';
import { type ARegistry, aRegistry, LOGIN } from './a-registry.ts';
import { anImage, push, pushIndex } from './an-image.ts';
import { failure } from './failure.ts';

/** A repository of one registry as skopeo sees it, to be sent to another. */
function bySkopeo(
  { access: from }: Pick<ARegistry, 'access'>,
  { access: to }: Pick<ARegistry, 'access'>,
  env: NodeJS.ProcessEnv = process.env,
) {
  const directory = join(aTempDir(), 'skopeo');
  const program = createSkopeoProgram({ directory, env }, [from, to]);
  onTestFinished(() => program.close());
  return { directory, program, source: createSkopeoRepository(program, from, to, 'team/app') };
}

describe('skopeo as a transport', () => {
  it('copies an image and an index bit for bit, over TLS and with logins at both ends', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry()];
    const there = upstream.client().repository('team/app');
    const index = await pushIndex(there, '7.2', { amd64: anImage({ sizes: [3000] }), arm64: anImage() });
    const single = await push(there, '1', anImage({ sizes: [500] }));
    const { source } = bySkopeo(upstream, own);
    expect((await source.tags()).sort()).toEqual(['1', '7.2']);
    expect(await source.head('7.2')).toEqual(await there.head('7.2'));
    expect(await source.head('nothing')).toBeNull();

    const target = own.client().repository('app');
    const copier = createCopier();
    const whole = await copier.copy({ source, target, reference: index.digest, tag: '7.2' });
    expect(whole.digest).toBe(index.digest);
    expect(whole.bytes).toBeGreaterThan(4000);
    expect((await target.manifest('7.2')).bytes.equals(index.bytes)).toBe(true);
    const one = await copier.copy({ source, target, reference: '1', tag: '1', digest: single.digest });
    expect((await target.manifest('1')).bytes.equals(single.bytes)).toBe(true);
    expect(one.digest).toBe(single.digest);
    const again = await copier.copy({ source, target, reference: '1', tag: 'again' });
    expect(again).toEqual({ digest: single.digest, bytes: 0 });
  });

  it('keeps only the platforms that are asked for, as the other client does', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry()];
    const there = upstream.client().repository('team/app');
    const images = { amd64: anImage(), arm64: anImage({ architecture: 'arm64' }) };
    await pushIndex(there, '1', images);
    const { source } = bySkopeo(upstream, own);
    const [byThis, byOther] = [own.client().repository('this'), own.client().repository('other')];
    const options = { reference: '1', tag: '1', platforms: ['linux/arm64'] };
    const copied = await createCopier().copy({ ...options, source, target: byThis });
    const other = await createCopier().copy({ ...options, source: there, target: byOther });
    expect(copied.digest).toBe(other.digest);
    expect(await byThis.head(images.arm64.manifest.digest)).not.toBeNull();
    expect(await byThis.head(images.amd64.manifest.digest)).toBeNull();
  });

  it('promise 10: passwords lie in files of this user alone, and never on the command line', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry()];
    await push(upstream.client().repository('team/app'), '1', anImage());
    const seen = join(aTempDir(), 'seen');
    const bin = aTempDir();
    const script = `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >>${seen}\nexec /usr/bin/skopeo "$@"\n`;
    writeFileSync(join(bin, 'skopeo'), script, { mode: 0o755 });
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, KAROO_SECRET: 'hush' };
    const { source, directory, program } = bySkopeo(upstream, own, env);
    await createCopier().copy({ source, target: own.client().repository('app'), reference: '1', tag: '1' });
    const told = readFileSync(seen, 'utf8');
    expect(told).toContain('--preserve-digests');
    const basic = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    for (const secret of [LOGIN.password, basic, 'hush']) expect(told).not.toContain(secret);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'auth.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, 'auth.json'), 'utf8')).toContain(basic);
    await program.close();
    expect(() => readdirSync(directory)).toThrow('ENOENT');
  });

  it('its refusals are told as ours', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry()];
    await push(upstream.client().repository('team/app'), '1', anImage());
    const { login: _login, ...anonymous } = upstream.access;
    const wrong = { ...anonymous, login: { ...LOGIN, password: 'sword' } };
    const { pem: ca } = aCertificate(aTempDir(), 'other');
    const refusals = [
      await failure(bySkopeo({ access: anonymous }, own).source.head('1')),
      await failure(bySkopeo({ access: wrong }, own).source.head('1')),
      await failure(bySkopeo({ access: { ...upstream.access, ca } }, own).source.head('1')),
      await failure(bySkopeo(upstream, own).source.manifest('2')),
      await failure(bySkopeo(upstream, own, { PATH: aTempDir() }).source.head('1')),
    ];
    expect(refusals.map(([code]) => code)).toEqual([
      ...['unauthorized', 'unauthorized', 'tls', 'not-found', 'program'],
    ]);
    await upstream.stop();
    const [code, message] = await failure(bySkopeo(upstream, own).source.head('1'));
    expect(code).toBe('unreachable');
    expect(message).toMatch(
      new RegExp(`^look at ${upstream.host}/team/app:1: skopeo says: .*connection refused`),
    );
    for (const [, told] of refusals) expect(told).not.toContain('sword');
  });

  it.each<[string, string, Bend]>([
    [
      'a blob that ends early',
      'unreachable',
      { pass: (chunk, at, { url }) => (at > 1000 && isBlob(url) ? null : chunk) },
    ],
    [
      'a blob that was changed on the way',
      'digest',
      { pass: (chunk, _at, { url }) => (isBlob(url) ? spoilt(chunk) : chunk) },
    ],
    [
      '429',
      'too-many-requests',
      {
        answer: (request, response) =>
          isBlob(request.url) && !!response.writeHead(429, { 'retry-after': '0' }).end(),
      },
    ],
  ])('%s leaves no half image, and is told', async (_what, code, bend) => {
    const [upstream, own] = [await aRegistry({ tls: false, auth: 'none' }), await aRegistry()];
    await push(upstream.client().repository('team/app'), '1', anImage({ sizes: [500_000] }));
    const { source } = bySkopeo(await aProxy(upstream.access, bend), own);
    const target = own.client().repository('app');
    const copy = createCopier().copy({ source, target, reference: '1', tag: '1' });
    expect((await failure(copy))[0]).toBe(code);
    expect([await target.head('1'), await target.tags()]).toEqual([null, []]);
  });

  it('what it left behind is not taken for a login of now', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry()];
    await push(upstream.client().repository('team/app'), '1', anImage());
    const { source, directory } = bySkopeo(upstream, own);
    await source.head('1');
    writeFileSync(join(directory, 'left'), 'x');
    const program = createSkopeoProgram({ directory, env: process.env }, [upstream.access, own.access]);
    onTestFinished(() => program.close());
    await createSkopeoRepository(program, upstream.access, own.access, 'team/app').head('1');
    expect(readdirSync(directory)).not.toContain('left');
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['', 'refused', 'x: skopeo says: nothing'],
    ['something\nthat nobody knows\n', 'refused', 'x: skopeo says: that nobody knows'],
    [
      'time="2026-11-27T04:01:34Z" level=fatal msg="writing blob: \\"put\\": no space left on device"\n',
      'no-space',
      'x: skopeo says: writing blob: "put": no space left on device',
    ],
    [
      'msg="copying image 1/2: writing manifest: manifest invalid: 500 Internal Server Error"',
      'server',
      undefined,
    ],
    [
      'msg="\u001b[31mdenied\u001b[0m: requested access"',
      'forbidden',
      'x: skopeo says: [31mdenied [0m: requested access',
    ],
  ])('%j is %s', (said, code, message) => {
    const error = skopeoError(said, 'x');
    expect(error.code).toBe(code);
    if (message !== undefined) expect(error.message).toBe(message);
  });
});

function isBlob(url = ''): boolean {
  return url.includes('/blobs/');
}

function spoilt(chunk: Buffer): Buffer {
  chunk[0] = (chunk[0] ?? 0) ^ 1;
  return chunk;
}
