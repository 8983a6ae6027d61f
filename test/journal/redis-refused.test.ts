import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRedisAddress } from '../../src/journal/redis/address.ts';
import type { RedisAccess } from '../../src/journal/redis/connection.ts';
import { openRedisJournal } from '../../src/journal/redis/redis.ts';
import { found } from '../builders/event.ts';
import { aFreePort } from '../builders/free-port.ts';
import { accessOf, aRedis, KEEPS_ALL, type RedisServer } from '../builders/redis.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate } from '../registry/a-certificate.ts';

async function aServer(...settings: string[]): Promise<RedisServer> {
  const redis = await aRedis(aTempDir(), ...settings);
  onTestFinished(redis.close);
  return redis;
}

async function open(url: string, access: Partial<RedisAccess> = {}, trusted = false) {
  const journal = await openRedisJournal({
    access: { ...accessOf(url), ...access },
    copyFile: join(aTempDir(), 'copy.db'),
    clock: () => 1,
    trusted,
  });
  onTestFinished(() => journal.close());
  return journal;
}

describe('a Redis that would lose events', () => {
  it('is refused as Debian ships it, with all that is wrong and what to set; and taken once that is done', async () => {
    const redis = await aServer('--no-appendfsync-on-rewrite', 'yes', '--maxmemory-policy', 'allkeys-lru');
    const refused = await open(redis.url()).catch((error) => error);
    expect(refused.code).toBe('unavailable');
    expect(refused.message).toBe(
      [
        `The Redis at ${redis.url()} cannot hold the journal:`,
        '- appendonly must be yes: without it a restart forgets what came after the last snapshot',
        '- appendfsync must be always: otherwise what was acknowledged is not on the disk yet',
        '- no-appendfsync-on-rewrite must be no: otherwise nothing is put on the disk while the file is rewritten',
        '- maxmemory-policy must be noeviction: otherwise events are thrown away when memory is short',
        'Put this into its redis.conf and start it again:',
        '  appendonly yes',
        '  appendfsync always',
        '  no-appendfsync-on-rewrite no',
        '  maxmemory-policy noeviction',
        'or say this with redis-cli, which makes it so at once and for later:',
        '  CONFIG SET appendonly yes',
        '  CONFIG SET appendfsync always',
        '  CONFIG SET no-appendfsync-on-rewrite no',
        '  CONFIG SET maxmemory-policy noeviction',
        '  CONFIG REWRITE',
      ].join('\n'),
    );
    expect(await redis.client().keys('*')).toEqual([]);

    for (const [, name = '', value = ''] of refused.message.matchAll(/CONFIG SET (\S+) (\S+)/g)) {
      await redis.client().config('SET', name, value);
    }
    await expect((await open(redis.url())).append([found('n1')])).resolves.toHaveLength(1);
  });

  it('is refused as a replica, whatever it is set to and whoever is trusted', async () => {
    const redis = await aServer(...KEEPS_ALL, '--replicaof', '127.0.0.1', String(await aFreePort()));
    for (const trusted of [false, true]) {
      await expect(open(redis.url(), {}, trusted)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('- it is a replica; name the one that it copies from'),
      });
    }
  });

  it('is refused when it does not say how it is set, until somebody answers for it', async () => {
    const redis = await aServer('--rename-command', 'CONFIG', '');
    await expect(open(redis.url())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/unknown command .*appendonly yes, appendfsync always.*--store-trusted/),
    });
    await expect((await open(redis.url(), {}, true)).append([found('n1')])).resolves.toHaveLength(1);
  });
});

describe('the way to it', () => {
  it('is a password from elsewhere, a user, a socket', async () => {
    const dir = aTempDir();
    mkdirSync(join(dir, 'data'));
    const path = join(dir, 'redis.sock');
    const user = [
      '--user',
      'rack',
      'on',
      '>sesame',
      '~barewright:*',
      '+@all',
      '-@dangerous',
      '+info',
      '+config|get',
    ];
    const redis = await aRedis(
      join(dir, 'data'),
      ...KEEPS_ALL,
      '--unixsocket',
      path,
      '--requirepass',
      'other',
      ...user,
    );
    onTestFinished(redis.close);
    const socket = `unix://${path}?db=3`;
    for (const password of [null, 'wrong']) {
      const refused = await open(socket, { password }).catch((error) => error);
      expect(refused).toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/NOAUTH|WRONGPASS/),
      });
      expect(refused.message).not.toContain('wrong password');
    }
    const journal = await open(`${socket}&user=rack`, { password: 'sesame' });
    await expect(journal.append([found('n1')])).resolves.toHaveLength(1);
  });

  it('is TLS, with a certificate that somebody vouches for', async () => {
    const dir = aTempDir();
    for (const folder of ['data', 'certs']) mkdirSync(join(dir, folder));
    const { certFile, keyFile, pem } = aCertificate(join(dir, 'certs'));
    const tlsPort = await aFreePort();
    const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-auth-clients', 'no'];
    const redis = await aRedis(join(dir, 'data'), ...KEEPS_ALL, '--tls-port', String(tlsPort), ...files);
    onTestFinished(redis.close);
    const url = `rediss://127.0.0.1:${tlsPort}/0`;
    await expect(open(url)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('self-signed certificate'),
    });
    await expect((await open(url, { ca: pem })).append([found('n1')])).resolves.toHaveLength(1);
  });

  it('is said where nobody listens, and where the database is not there', async () => {
    const url = `redis://127.0.0.1:${await aFreePort()}/0`;
    await expect(open(url)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(new RegExp(`${url} cannot be opened: .*ECONNREFUSED`)),
    });
    const redis = await aServer(...KEEPS_ALL);
    await expect(open(redis.url(5_000))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('DB index is out of range'),
    });
  });
});

describe('its URL', () => {
  it.each([
    ['redis://cache', 'redis://cache:6379/0', { host: 'cache', port: 6379, tls: false }, null],
    [
      'rediss://rack@[fd00::1]:7000/2',
      'rediss://[fd00::1]:7000/2',
      { host: 'fd00::1', port: 7000, tls: true },
      'rack',
    ],
    ['unix:///run/redis/a.sock', 'unix:///run/redis/a.sock?db=0', { path: '/run/redis/a.sock' }, null],
    ['unix:///a.sock?db=4&user=rack', 'unix:///a.sock?db=4', { path: '/a.sock' }, 'rack'],
  ])('%s', (text, shown, at, username) => {
    expect(parseRedisAddress(text)).toMatchObject({ shown, at, username });
  });

  it.each([
    ['redis://:sesame@cache/0', /carries a password.*--store-password/],
    ['redis://cache/0?password=sesame', /carries a password/],
    ['sesame', /is no URL/],
    ['https://cache', /must be redis:/],
    ['redis://cache/sesame', /number of the database/],
    ['redis://cache/0?sesame', /takes nothing after/],
    ['redis:///0', /names no host/],
    ['unix://sesame', /whole path/],
    ['unix:///a.sock?sesame=1', /"db" and "user"/],
    ['unix:///a.sock?db=sesame', /number as "db"/],
  ])('promise 10: %s is refused without being repeated', (text, why) => {
    const problem = parseRedisAddress(text);
    expect(problem).toMatch(why);
    expect(problem).not.toContain('sesame');
  });
});
