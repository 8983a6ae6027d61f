import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openRedisJournal } from '../../src/journal/redis/redis.ts';
import type { Journal } from '../../src/model/journal.ts';
import { found, waiting } from '../builders/event.ts';
import { accessOf, aRedis, KEEPS_ALL, type RedisServer } from '../builders/redis.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { expectIndexWhole, expectWhole, killedWriter, start, WRITER } from './killed-writer.ts';

async function aServer(): Promise<RedisServer> {
  const redis = await aRedis(aTempDir(), ...KEEPS_ALL);
  onTestFinished(redis.close);
  return redis;
}

async function open(url: string, patience = 20_000): Promise<Journal> {
  const journal = await openRedisJournal({
    access: { ...accessOf(url), patience },
    copyFile: join(aTempDir(), 'copy.db'),
    clock: Date.now,
    ttl: 600,
  });
  onTestFinished(() => journal.close());
  return journal;
}

it('promise 8: kill -9 of the writer loses nothing that was acknowledged, leaves nothing half, and frees the store', async () => {
  const redis = await aServer();
  const copy = join(aTempDir(), 'copy.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round++) {
    const isLocked = () => expect(open(redis.url())).rejects.toMatchObject({ code: 'locked' });
    acknowledged.push(...(await killedWriter([copy, redis.url()], round, isLocked)));
    const journal = await open(redis.url());
    expectWhole(journal, acknowledged);
    await journal.close();
    expectIndexWhole(copy);
  }
});

it('promise 8: kill -9 of Redis loses nothing that was acknowledged, and the writer goes on', async () => {
  const redis = await aServer();
  const { child, lines } = start(process.execPath, [WRITER, 'r', join(aTempDir(), 'copy.db'), redis.url()]);
  const acknowledged: string[] = [];
  const kills = [10, 40, 80];
  for await (const line of lines) {
    if (line === 'open') continue;
    expect(line).not.toMatch(/^failed/);
    acknowledged.push(line);
    if (acknowledged.length === kills[0]) {
      kills.shift();
      await redis.kill();
      await redis.start();
    }
    if (acknowledged.length === 120) child.kill('SIGKILL');
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(120);
  expectWhole(await open(redis.url()), acknowledged);
});

/** A way to Redis that can swallow the answer to the next write, and break then. */
async function aWay(port: number): Promise<{ url: string; swallowNext(): void; swallowed(): number }> {
  let swallow = false;
  let swallowed = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let cut = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (swallow && bytes.includes('XADD')) {
        swallow = false;
        cut = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!cut) return void client.write(bytes);
      swallowed += 1;
      client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const own = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `redis://127.0.0.1:${own}/0`,
    swallowNext() {
      swallow = true;
    },
    swallowed: () => swallowed,
  };
}

it('writes once when the answer is lost', async () => {
  const redis = await aServer();
  const way = await aWay(redis.port);
  const journal = await open(way.url);
  await journal.append([found('n1')]);
  for (const n of [1, 2, 3]) {
    way.swallowNext();
    await expect(journal.append([waiting('n1', n)], { acceptedCommit: `c${n}` })).resolves.toMatchObject([
      { id: n + 1 },
    ]);
    expect(way.swallowed()).toBe(n);
  }
  const entries = await redis.client().xrange('barewright:events', '-', '+');
  expect(entries.map(([id]) => id)).toEqual(['1-0', '2-0', '3-0', '4-0']);
  expect(await redis.client().hget('barewright:facts', 'acceptedCommit')).toBe('"c3"');
});

it('waits for a Redis that is away, up to its patience; then refuses everything', async () => {
  const redis = await aServer();
  const journal = await open(redis.url(), 1_000);
  await journal.append([found('n1')]);
  await redis.kill();
  const outcomes = await Promise.allSettled([
    journal.append([waiting('n1', 1)]),
    journal.append([waiting('n1', 2)]),
  ]);
  expect(outcomes).toMatchObject([
    { reason: { code: 'write-failed', message: expect.stringContaining('ECONNREFUSED') } },
    { reason: { code: 'write-failed' } },
  ]);
  expect(() => journal.state('n1')).toThrow(expect.objectContaining({ code: 'write-failed' }));
});

it.each<[string, (redis: RedisServer) => Promise<void>, RegExp]>([
  [
    'without its data',
    async (redis) => redis.start(...KEEPS_ALL, '--appendfilename', 'another.aof'),
    /has lost its data/,
  ],
  ['with other settings', async (redis) => redis.start('--appendonly', 'yes'), /appendfsync must be always/],
])('refuses everything when Redis comes back %s', async (_how, comeBack, why) => {
  const redis = await aServer();
  const journal = await open(redis.url());
  await journal.append([found('n1')]);
  await redis.kill();
  await comeBack(redis);
  await expect(journal.append([waiting('n1', 1)])).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringMatching(why),
  });
});

it('refuses everything when Redis comes back older than what it acknowledged', async () => {
  const redis = await aServer();
  const journal = await open(redis.url());
  await journal.append([found('n1'), waiting('n1', 1)]);
  await redis.client().hset('barewright:journal', 'last', '1');
  await expect(journal.append([waiting('n1', 2)])).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringContaining('its last event is 1, and 2 was acknowledged'),
  });
});
