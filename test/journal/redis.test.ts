import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openJournalForReading } from '../../src/journal/reader.ts';
import { openRedisJournal, type RedisJournalOptions } from '../../src/journal/redis/redis.ts';
import { refold } from '../../src/journal/refold.ts';
import type { Journal } from '../../src/model/journal.ts';
import { anEvent, found, waiting } from '../builders/event.ts';
import { accessOf, aRedis, KEEPS_ALL, type RedisServer } from '../builders/redis.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { journalContract } from './contract.ts';

const dir = mkdtempSync(join(tmpdir(), 'barewright-'));
let redis: RedisServer;
let databases = 0;
beforeAll(async () => {
  redis = await aRedis(dir, ...KEEPS_ALL);
});
afterAll(async () => {
  await redis?.close();
  rmSync(dir, { recursive: true, force: true });
});

const aDatabase = (): number => databases++;

async function open(db: number, options: Partial<RedisJournalOptions> = {}): Promise<Journal> {
  const journal = await openRedisJournal({
    access: accessOf(redis.url(db)),
    copyFile: join(aTempDir(), 'copy.db'),
    clock: () => 1,
    ttl: 900,
    ...options,
  });
  onTestFinished(() => journal.close());
  return journal;
}

journalContract('redis', (clock) => open(aDatabase(), { clock }));

it('comes back with states, facts, events, the next id and time, with its copy or without', async () => {
  const db = aDatabase();
  const copyFile = join(aTempDir(), 'copy.db');
  const first = await open(db, { copyFile, clock: () => 50 });
  await first.append([found('n1'), found('n2'), anEvent('n2', 'NodeReleased', {})], { acceptedCommit: 'c1' });
  const states = structuredClone(first.states());
  const events = first.read({});
  await first.close();

  for (const copy of [copyFile, join(aTempDir(), 'another.db')]) {
    const again = await open(db, { copyFile: copy, clock: () => 7 });
    expect(again.states()).toEqual(states);
    expect(again.facts()).toEqual({ acceptedCommit: 'c1', allowedHead: null });
    expect(again.read({})).toEqual(events);
    expect(refold(again)).toEqual(again.states());
    await again.close();
  }
  const last = await open(db, { copyFile, clock: () => 7 });
  expect(await last.append([waiting('n1', 1)])).toMatchObject([{ id: 4, time: 50 }]);
});

it('gives its copy to readers beside the daemon', async () => {
  const copyFile = join(aTempDir(), 'copy.db');
  const journal = await open(aDatabase(), { copyFile });
  await journal.append([found('n1'), waiting('n1', 1)], { acceptedCommit: 'c1' });
  const reader = openJournalForReading(copyFile);
  expect(reader.read({})).toEqual(journal.read({}));
  expect(reader.states()).toEqual(journal.states());
  expect(reader.facts()).toEqual(journal.facts());
  reader.close();
});

it('lays events out as docs/store.md says, with the power commands as a stream of their own', async () => {
  const db = aDatabase();
  const journal = await open(db, { clock: () => 7 });
  await journal.append([
    found('n1'),
    anEvent('n1', 'PowerIntent', { op: 'on' }, { message: 'Switching on.' }),
    anEvent(null, 'DaemonStarted', { version: '1' }),
  ]);
  const client = redis.client(db);
  const power = [
    '2-0',
    [
      ...['time', '7', 'reason', 'PowerIntent', 'node', 'n1', 'message', 'Switching on.', 'phase', 'found'],
      ...['actor', 'daemon', 'data', '{"op":"on"}'],
    ],
  ];
  expect(await client.xrange('barewright:commands', '-', '+')).toEqual([power]);
  const events = await client.xrange('barewright:events', '-', '+');
  expect(events.map(([id]) => id)).toEqual(['1-0', '2-0', '3-0']);
  expect(events[1]).toEqual(power);
  expect(JSON.parse((await client.hget('barewright:states', 'n1')) ?? '')).toEqual(journal.state('n1'));
});

it('prunes in Redis what it prunes', async () => {
  let now = 1;
  const db = aDatabase();
  const journal = await open(db, { clock: () => now });
  await journal.append([found('n1'), anEvent('n1', 'PowerIntent', { op: 'on' })]);
  for (let n = 0; n < 3; n++) {
    await journal.append(Array.from({ length: 1_000 }, (_, i) => waiting('n1', i)));
  }
  await journal.append([anEvent('n1', 'InstallApproved', { digest: null, why: '' })]);
  now = 2;
  const pruned = journal.prune(2);
  await journal.append([waiting('n1', 1)]);
  expect(await pruned).toBe(3_001);
  const client = redis.client(db);
  const left = await client.xrange('barewright:events', '-', '+');
  expect(left.map(([id]) => id)).toEqual(['1-0', '3003-0', '3004-0']);
  expect(await client.xlen('barewright:commands')).toBe(0);
});

describe('one writer per store', () => {
  it('refuses a second one by name, and lets the next one in when the first has closed', async () => {
    const db = aDatabase();
    const first = await open(db);
    await expect(open(db)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(`process ${process.pid} on `),
    });
    await expect(first.append([found('n1')])).resolves.toHaveLength(1);
    await first.close();
    await expect(open(db)).resolves.toBeDefined();
  });

  it('takes over from one that went silent, which then can write no more, nor prune', async () => {
    const db = aDatabase();
    const stale = await open(db);
    await stale.append([found('n1'), found('n2'), waiting('n2', 0), found('n3')]);
    await redis.client(db).del('barewright:writer');

    const next = await open(db);
    await next.append([waiting('n1', 1)]);

    await expect(stale.prune(2)).rejects.toMatchObject({ code: 'write-failed' });
    await expect(stale.append([waiting('n1', 2)], { acceptedCommit: 'c1' })).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining(`(process ${process.pid} on `),
    });
    expect(() => stale.states()).toThrow(expect.objectContaining({ code: 'write-failed' }));
    await stale.close();
    await next.append([waiting('n1', 3)]);
    await next.close();

    const journal = await open(db);
    expect(journal.read({ node: 'n1' }).map(({ message, data }) => [message, data])).toMatchObject([
      ['NodeFound.', {}],
      ['Waiting.', { until: 1 }],
      ['Waiting.', { until: 3 }],
    ]);
    expect(journal.facts().acceptedCommit).toBeNull();
  });

  it('keeps the store for longer than the lock, by renewing it', async () => {
    const db = aDatabase();
    await open(db, { ttl: 300 });
    const client = redis.client(db);
    const holder = await client.get('barewright:writer');
    for (let round = 0; round < 2; round++) {
      const before = await client.pttl('barewright:writer');
      await expect
        .poll(() => client.pttl('barewright:writer'), { timeout: 20_000, interval: 5 })
        .toBeGreaterThan(before);
      await expect
        .poll(() => client.pttl('barewright:writer'), { timeout: 20_000, interval: 5 })
        .toBeLessThan(250);
    }
    expect(await client.get('barewright:writer')).toBe(holder);
  });
});

describe('a store that is none', () => {
  async function aStore(): Promise<number> {
    const db = aDatabase();
    const journal = await open(db);
    await journal.append([found('n1'), waiting('n1', 1)], { acceptedCommit: 'c1' });
    await journal.close();
    return db;
  }

  it.each<[string, string, string[]]>([
    ['a key of another kind', 'is a string', ['SET', 'barewright:events', 'x']],
    ['no record of the journal', 'but no barewright:journal', ['DEL', 'barewright:journal']],
    ['events that went', 'its last event is 1', ['XDEL', 'barewright:events', '2-0']],
    ['a state that is no JSON', 'no JSON', ['HSET', 'barewright:states', 'n1', '{']],
    ['an entry that is no event', 'is no event', ['XADD', 'barewright:events', '7-7', 'a', 'b']],
    ['no version', 'version ""', ['HSET', 'barewright:journal', 'schema', '']],
  ])('%s: is refused with what to do, and stays as it is', async (_name, why, [command = '', ...args]) => {
    const db = await aStore();
    const client = redis.client(db);
    await client.call(command, ...args);
    const before = await client.xlen('barewright:events').catch(() => null);
    await expect(open(db)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(new RegExp(`${why}.*no disk is touched`)),
    });
    expect(await client.xlen('barewright:events').catch(() => null)).toBe(before);
  });

  it('refuses a newer store and leaves it as it is', async () => {
    const db = await aStore();
    const client = redis.client(db);
    await client.hset('barewright:journal', 'schema', '2');
    const before = await client.hgetall('barewright:journal');
    await expect(open(db)).rejects.toMatchObject({
      code: 'newer-schema',
      message: expect.stringContaining('version 2'),
    });
    expect(await client.hgetall('barewright:journal')).toEqual(before);
    expect(await client.exists('barewright:writer')).toBe(0);
  });

  it('promise 3: starts empty when the store is gone', async () => {
    const db = await aStore();
    await redis.client(db).flushdb();
    const journal = await open(db);
    expect(journal.states().size).toBe(0);
    expect(journal.facts().acceptedCommit).toBeNull();
  });

  it('promise 2: does not go on from a state that is older than what it saw acknowledged', async () => {
    const db = aDatabase();
    const copyFile = join(aTempDir(), 'copy.db');
    const client = redis.client(db);
    const journal = await open(db, { copyFile });
    await journal.append([found('n1')]);
    const earlier = await dumpOf(client);
    await journal.append([waiting('n1', 1)]);
    await journal.close();
    await restore(client, earlier);

    await expect(open(db, { copyFile })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/has lost events: event 2 of .* remove .*copy\.db/),
    });
    rmSync(copyFile);
    expect((await open(db, { copyFile })).lastId()).toBe(1);
  });
});

type Dump = [key: string, value: Buffer][];

async function dumpOf(client: ReturnType<RedisServer['client']>): Promise<Dump> {
  const keys = (await client.keys('*')).filter((key) => key !== 'barewright:writer');
  const dumps = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
  return keys.map((key, i) => [key, dumps[i] ?? Buffer.alloc(0)]);
}

async function restore(client: ReturnType<RedisServer['client']>, dump: Dump): Promise<void> {
  await client.flushdb();
  for (const [key, value] of dump) await client.restore(key, 0, value);
}
