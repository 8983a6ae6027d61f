import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openControlTls } from '../../src/daemon/control-tls.ts';
import { type KeyPair, makeAuthority, makeServer } from '../../src/own-registry/certificate.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from '../cli/a-context.ts';
import { aSharedPlane } from '../serve/some-access.ts';

const run = promisify(execFile);
const VALID = { from: Date.now() - 60_000, until: Date.now() + 3_600_000 };

async function aTlsPlane() {
  const directory = aTempDir();
  const authority = makeAuthority('site', VALID);
  const files = { certFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') };
  const ca = join(directory, 'ca.crt');
  writeFileSync(ca, authority.certificate);
  const put = ({ certificate, key }: KeyPair) => {
    writeFileSync(files.certFile, certificate);
    writeFileSync(files.keyFile, key);
  };
  put(makeServer(['rack.example.org', '127.0.0.1'], VALID, authority));
  const errors: unknown[] = [];
  const tls = await openControlTls(files, (error) => errors.push(error), 5);
  const site = aSharedPlane({ tls: tls.identity(), clock: Date.now });
  await site.plane.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => site.plane.close());
  const { port } = site.plane.server.address() as AddressInfo;
  const name = `rack.example.org:${port}`;
  const curl = async (...more: string[]) =>
    (await run('curl', ['-sS', '--cacert', ca, '--resolve', `${name}:127.0.0.1`, ...more])).stdout;
  return { ...site, tls, files, ca, authority, put, errors, port, name, curl };
}

describe('TLS of the control plane', () => {
  it('curl trusts it by the authority; the cookie is for this host, over TLS, alone', async () => {
    const { curl, name } = await aTlsPlane();
    const form = ['-d', 'token=token-of-vera', '-D', '-', '-o', '/dev/null'];
    expect(await curl(...form, `https://${name}/login`)).toMatch(
      /set-cookie: __Host-barewright=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict/i,
    );
    await expect(
      run('curl', ['-sS', `https://${name}/healthz`, '--resolve', `${name}:127.0.0.1`]),
    ).rejects.toThrow(/certificate/);
  });

  it('the command line reaches it from another machine, with the token in its environment', async () => {
    const { port, ca, calls } = await aTlsPlane();
    const argv = ['get', 'pools', '--server', `https://127.0.0.1:${port}`, '--ca', ca, '-o', 'json'];
    const good = await cli(argv, { env: { BAREWRIGHT_TOKEN: 'token-of-vera' } });
    expect([good.code, good.stderr]).toEqual([0, '']);
    const bad = await cli(argv, { env: { BAREWRIGHT_TOKEN: 'token-of-nobody' } });
    expect([bad.code, bad.stderr.includes('a token is missing, wrong or expired')]).toEqual([1, true]);
    const none = await cli(argv);
    expect(none.stderr).toContain('BAREWRIGHT_TOKEN_FILE');
    const pause = ['pause', 'n1', '--why', 'fan', '--server', `https://127.0.0.1:${port}`, '--ca', ca];
    const paused = await cli(pause, { env: { BAREWRIGHT_TOKEN: 'token-of-oscar' } });
    expect([paused.code, paused.stderr, calls]).toEqual([0, '', [['pause', 'n1', 'oscar', 'fan', null]]]);
    const strange = await cli(argv.toSpliced(4, 2), { env: { BAREWRIGHT_TOKEN: 'token-of-vera' } });
    expect([strange.code, strange.stderr.includes('does not answer')]).toEqual([4, true]);
    const clear = ['get', 'pools', '--server', 'http://192.0.2.1:1'];
    expect((await cli(clear, { env: { BAREWRIGHT_TOKEN: 't' } })).stderr).toContain(
      'write https://HOST:PORT',
    );
  });

  it('a new certificate is served without a restart, and one that does not fit its key never', async () => {
    const { tls, plane, put, files, authority, curl, name, errors } = await aTlsPlane();
    const changed = Promise.withResolvers<void>();
    const following = tls.follow(plane.server as never, async () => changed.resolve());
    onTestFinished(() => following.close());
    const next = makeServer(['rack.example.org'], VALID, authority);
    writeFileSync(files.certFile, next.certificate);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(await curl(`https://${name}/healthz`)).toBe('{"ok":true}');
    put(next);
    await changed.promise;
    expect(tls.leaf()).toBe(next.certificate);
    const shown = await curl('-w', '%{certs}', '-o', '/dev/null', `https://${name}/healthz`);
    expect(shown.replaceAll(/\s/g, '')).toContain(next.certificate.replaceAll(/\s/g, ''));
  });

  it('is refused with what to mend: no files, no PEM, keys that do not fit', async () => {
    const { files, authority } = await aTlsPlane();
    const open = () => openControlTls(files, () => undefined);
    writeFileSync(files.keyFile, makeServer(['x.example.org'], VALID, authority).key);
    await expect(open()).rejects.toThrow(`the key in ${files.keyFile} is not that of the certificate`);
    writeFileSync(files.certFile, 'nothing');
    await expect(open()).rejects.toThrow(`${files.certFile} holds no PEM that can be used`);
  });

  it('is for the names of the certificate alone', async () => {
    const { tls } = await aTlsPlane();
    const names = ['rack.example.org', '127.0.0.1', 'evil.example', '10.0.0.1', ''];
    expect(names.map((name) => tls.isFor(name))).toEqual([true, true, false, false, false]);
    expect(tls.name()).toBe('rack.example.org');
  });
});
