import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBuildLog, FIRST_LINES } from '../../src/build/build-log.ts';
import { type ContextFile, packContext } from '../../src/build/context.ts';
import { parseDockerHost } from '../../src/build/docker-host.ts';
import { baseOf, digestIn } from '../../src/build/dockerfile.ts';
import { engineError, engineName, pushError } from '../../src/build/engine-errors.ts';
import { type EngineMessage, readMessages } from '../../src/build/engine-stream.ts';
import { labelsOf, provenanceOf } from '../../src/model/provenance.ts';
import { aTempDir } from '../builders/temp-dir.ts';

describe('the archive of a context', () => {
  it('is unpacked by tar as Git has it: programs, links, names of any length, the same bytes each time', async () => {
    const long = `${'d'.repeat(90)}/${'é'.repeat(100)}`;
    const texts: Record<string, string> = { a: 'one', b: 'x'.repeat(512), c: `${long}/target`, d: '' };
    const files: ContextFile[] = [
      { path: 'run.sh', kind: 'program', blob: 'a' },
      { path: long, kind: 'file', blob: 'b' },
      { path: 'link', kind: 'link', blob: 'c' },
      { path: 'empty', kind: 'file', blob: 'd' },
    ];
    const bytes = await pack(files, texts);
    expect(await pack(files, texts)).toEqual(bytes);
    const dir = aTempDir();
    writeFileSync(join(dir, 'context.tar'), bytes);
    const tar = (...args: string[]) =>
      execFileSync('tar', [...args, '-f', 'context.tar'], {
        cwd: dir,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      });
    expect(tar('-tv', '--numeric-owner').trimEnd().split('\n')).toEqual([
      '-rwxr-xr-x 0/0               3 2000-01-01 00:00 run.sh',
      `-rw-r--r-- 0/0             512 2000-01-01 00:00 ${long}`,
      `lrwxrwxrwx 0/0               0 2000-01-01 00:00 link -> ${long}/target`,
      '-rw-r--r-- 0/0               0 2000-01-01 00:00 empty',
    ]);
    expect(tar('-xO', long)).toBe(texts['b']);
  });

  async function pack(files: ContextFile[], texts: Record<string, string>): Promise<Buffer> {
    const of = <T>(ids: Iterable<string>, value: (text: string) => T) =>
      new Map([...ids].map((id) => [id, value(texts[id] ?? '')]));
    const chunks: Uint8Array[] = [];
    const source = {
      sizes: async (ids: Iterable<string>) => of(ids, (text) => text.length),
      blobs: async (ids: Iterable<string>) => of(ids, (text) => Buffer.from(text)),
    };
    for await (const chunk of packContext(files, source)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
});

describe('the base of a Dockerfile', () => {
  it.each([
    ['FROM scratch', ''],
    ['FROM debian:12', 'debian:12'],
    [
      '# FROM x\nARG V=1\nfrom --platform=linux/amd64 docker.io/library/debian:12 AS run',
      'docker.io/library/debian:12',
    ],
    ['FROM golang:1 AS make\nRUN make\nFROM debian:12\nCOPY --from=make /a /a', 'debian:12'],
    ['FROM debian:12 AS base\nFROM golang:1 AS make\nFROM Base', 'debian:12'],
    ['FROM scratch AS empty\nFROM empty', ''],
    ['FROM debian:$VERSION', ''],
    ['FROM \\\n  debian:12 \\\n  AS x', 'debian:12'],
    ['', ''],
  ])('of %j is %j', (text, base) => expect(baseOf(text)).toBe(base));

  it('says its digest where the name has one', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect([digestIn(`debian:12@${digest}`), digestIn('debian:12')]).toEqual([digest, null]);
  });
});

describe('what an engine sends', () => {
  it('is read whatever way it is cut', async () => {
    const text = '{"stream":"Ste"}\r\n{"stream":"é1\\n"}\n\nno JSON\n{"aux":{"ID":"sha256:1"}}';
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 7, bytes.length]) {
      const found: EngineMessage[] = [];
      for await (const message of readMessages(cut(bytes, size))) found.push(message);
      expect(found).toEqual([
        { stream: 'Ste' },
        { stream: 'é1\n' },
        { stream: 'no JSON' },
        { aux: { ID: 'sha256:1' } },
      ]);
    }
  });

  async function* cut(bytes: Buffer, size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  it('is kept in bounded room: the beginning and the end, and nothing that steers a terminal', () => {
    const log = createBuildLog();
    for (let n = 1; n <= 1000; n++) log.add(`line ${n}`);
    log.add('\x1b[31mred\x1b[0m\x07 end\r');
    log.add('x'.repeat(10_000));
    log.add('   ');
    const { lines, left } = log.lines();
    expect(lines.length + left).toBe(1002);
    expect(lines.slice(0, FIRST_LINES).at(-1)).toBe(`line ${FIRST_LINES}`);
    expect(lines.at(-2)).toBe('red  end');
    expect(lines.at(-1)).toHaveLength(300);
    expect(log.quote('it failed')).toMatch(/^line 1000 \| red {2}end \| x+$/);
    log.add('Error: it failed');
    expect(log.quote('it failed')).not.toContain('failed');
  });
});

describe('an engine', () => {
  it('is spoken to where DOCKER_HOST says', () => {
    expect(parseDockerHost('unix:///run/d.sock', {})).toEqual({ socketPath: '/run/d.sock' });
    expect(parseDockerHost('tcp://10.0.0.1', {})).toEqual({ host: '10.0.0.1', port: 2375, protocol: 'http' });
    const dir = aTempDir();
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(dir, `${name}.pem`), name);
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: dir };
    expect(parseDockerHost('tcp://build:2376', tls)).toMatchObject({ port: 2376, protocol: 'https' });
    expect(() => parseDockerHost('tcp://build', { ...tls, DOCKER_CERT_PATH: '/nowhere' })).toThrow(
      '/nowhere/ca.pem cannot be read, which Docker Engine needs',
    );
    for (const text of ['ssh://me@build', 'build:2375', '']) {
      expect(() => parseDockerHost(text, {})).toThrow(
        `${JSON.stringify(text)} is no address of Docker Engine`,
      );
    }
  });

  it.each([
    ['https://karoo:5000', 'karoo:5000/app'],
    ['https://karoo.example.org', 'karoo.example.org/app'],
    ['https://karoo', 'karoo:443/app'],
    ['http://karoo', 'karoo:80/app'],
    ['http://localhost', 'localhost/app'],
  ])('is told of %s as %s, and never of Docker Hub', (endpoint, name) => {
    expect(engineName({ endpoint, repository: { name: 'app' } })).toBe(name);
  });

  it('says what to do about a push that is refused', () => {
    const hintOf = (said: string) => pushError(said, 'karoo:5000/app').hint;
    expect(hintOf('x509: certificate signed by unknown authority')).toContain(
      '/etc/docker/certs.d/karoo:5000/ca.crt',
    );
    expect(hintOf('http: server gave HTTP response to HTTPS client')).toContain('insecure-registries');
    expect(hintOf('unauthorized: authentication required')).toContain('may push');
    expect(hintOf('anything else')).toContain('trusts it');
  });

  it('leaves errors that are not its own as they are', () => {
    const own = new Error('a defect');
    expect(engineError(own, 'unix:///x')).toBe(own);
  });
});

describe('provenance', () => {
  it('is read back from labels as it was written', () => {
    const origin = {
      ...{ key: 'k', tree: 't', commit: 'c', author: 'Ada <ada@example.org>', builder: 'buildah 1' },
      ...{ time: '2026-11-27T00:00:00.000Z', base: 'debian:12', baseDigest: '' },
    };
    const labels = labelsOf(origin);
    expect(labels['org.opencontainers.image.revision']).toBe('c');
    expect('org.opencontainers.image.base.digest' in labels).toBe(false);
    expect(provenanceOf({ ...labels, other: 1 })).toEqual(origin);
    expect(provenanceOf({ 'org.opencontainers.image.revision': 'c' })).toBeNull();
  });
});
