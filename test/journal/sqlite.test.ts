import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MIGRATIONS } from '../../src/journal/migrations.ts';
import { openJournalForReading } from '../../src/journal/reader.ts';
import { refold } from '../../src/journal/refold.ts';
import { openSqliteJournal, type SqliteJournalOptions } from '../../src/journal/sqlite.ts';
import type { Journal } from '../../src/model/journal.ts';
import { anEvent, found, waiting } from '../builders/event.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { journalContract } from './contract.ts';

async function open(file: string, options: Partial<SqliteJournalOptions> = {}): Promise<Journal> {
  const journal = await openSqliteJournal({ file, clock: () => 1, ...options });
  onTestFinished(() => journal.close());
  return journal;
}

const newFile = (): string => join(aTempDir(), 'journal.db');

/** A store of two events, closed: all of it in one file. */
async function aStore(): Promise<string> {
  const file = newFile();
  const journal = await open(file);
  await journal.append([found('n1'), waiting('n1', 1)], { acceptedCommit: 'c1' });
  await journal.close();
  return file;
}

journalContract('sqlite', (clock) => open(newFile(), { clock }));

it('comes back with states, facts, the next id and time', async () => {
  const file = newFile();
  const first = await open(file, { clock: () => 50 });
  await first.append([found('n1'), found('n2'), anEvent('n2', 'NodeReleased', {})], { acceptedCommit: 'c1' });
  const states = structuredClone(first.states());
  await first.close();

  const second = await open(file, { clock: () => 7 });
  expect(second.states()).toEqual(states);
  expect(second.facts()).toEqual({ acceptedCommit: 'c1', allowedHead: null });
  expect(await second.append([waiting('n1', 1)])).toMatchObject([{ id: 4, time: 50 }]);
  expect(refold(second)).toEqual(second.states());
});

it('splits a turn with many events over transactions, each with the states of its own events', async () => {
  const journal = await open(newFile());
  const appends = Array.from({ length: 50 }, (_, n) =>
    journal.append(Array.from({ length: 100 }, (_, i) => (n + i === 0 ? found('n1') : waiting('n1', n)))),
  );
  expect((await Promise.all(appends)).flat().map(({ id }) => id)).toEqual(
    Array.from({ length: 5_000 }, (_, i) => i + 1),
  );
  expect(refold(journal)).toEqual(journal.states());
});

it('prunes over many chunks, with appends in between', async () => {
  let now = 1;
  const journal = await open(newFile(), { clock: () => now });
  for (let n = 0; n < 12; n++) {
    await journal.append(Array.from({ length: 1_000 }, (_, i) => waiting('n1', n + i)));
  }
  now = 2;
  const pruned = journal.prune(2);
  await journal.append([waiting('n1', 1)]);
  expect(await pruned).toBe(11_999 + 1);
  expect(journal.read({}).map(({ id }) => id)).toEqual([12_001]);
});

describe('one daemon per store', () => {
  it('refuses a second one by name, and lets the next one in when the first has closed', async () => {
    const file = newFile();
    const first = await open(file);
    await expect(open(file)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await expect(first.append([found('n1')])).resolves.toHaveLength(1);
    await first.close();
    await expect(open(file)).resolves.toBeDefined();
  });

  it('can be read beside the daemon, and without one', async () => {
    const file = newFile();
    const journal = await open(file);
    await journal.append([found('n1')], { acceptedCommit: 'c1' });
    const reader = openJournalForReading(file);
    expect(reader.read({})).toEqual(journal.read({}));
    await journal.append([waiting('n1', 1)]);
    expect(reader.read({ node: 'n1' })).toHaveLength(2);
    await journal.close();
    expect(reader.facts().acceptedCommit).toBe('c1');
    expect(reader.states().get('n1')?.waitingFor).toBe('thing 1');
    expect(() => reader.read({ limit: 0 })).toThrow(expect.objectContaining({ code: 'bad-filter' }));
    reader.close();
  });
});

describe('versions', () => {
  const addColumn = (db: DatabaseSync): void => db.exec('ALTER TABLE facts ADD COLUMN by TEXT');
  const fail = (db: DatabaseSync): void => db.exec('DROP TABLE states; SELECT nonsense');

  it('brings an older store forward, with all it holds', async () => {
    const file = await aStore();
    const journal = await open(file, { migrations: [...MIGRATIONS, addColumn] });
    expect(journal.read({})).toHaveLength(2);
    expect(journal.state('n1')?.waitingFor).toBe('thing 1');
    expect(journal.facts().acceptedCommit).toBe('c1');
  });

  it('makes the older store searchable, says so, and keeps the index in step when it prunes', async () => {
    const file = newFile();
    const older = await open(file, { migrations: MIGRATIONS.slice(0, 1) });
    await older.append([waiting('sip-n01', 1), found('sip-n02')]);
    await older.close();
    const said: string[] = [];
    const journal = await open(file, { clock: () => 9, say: (text) => said.push(text) });
    expect(said).toEqual([
      expect.stringContaining(`(event 2) is brought forward to version ${MIGRATIONS.length}`),
    ]);
    expect(journal.read({ text: 'sip-n01' })).toHaveLength(1);
    await journal.append([waiting('sip-n01', 2)]);
    await journal.prune(5);
    expect(journal.read({ text: 'sip-n0' }).map(({ id }) => id)).toEqual([2, 3]);
    sql(file, "INSERT INTO events_text (events_text, rank) VALUES ('integrity-check', 1)");
  });

  it('leaves the store at the last whole step when a step fails', async () => {
    const file = await aStore();
    await expect(open(file, { migrations: [...MIGRATIONS, fail] })).rejects.toThrow('nonsense');
    const journal = await open(file);
    expect(journal.state('n1')?.waitingFor).toBe('thing 1');
  });

  it('refuses a newer store and leaves its bytes as they are', async () => {
    const file = newFile();
    const migrations = [...MIGRATIONS, addColumn];
    const newer = await open(file, { migrations });
    await newer.append([found('n1')]);
    // As after kill -9: the version and the events are only in the log.
    const copy = newFile();
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
    const bytes = (): Buffer[] => ['', '-wal'].map((suffix) => readFileSync(copy + suffix));
    const before = bytes();

    await expect(open(copy)).rejects.toMatchObject({
      code: 'newer-schema',
      message: expect.stringContaining(`version ${migrations.length}`),
    });
    expect(() => openJournalForReading(copy)).toThrow(expect.objectContaining({ code: 'newer-schema' }));

    expect(bytes()).toEqual(before);
    expect((await open(copy, { migrations })).read({})).toHaveLength(1);
  });
});

describe('a store that is none', () => {
  it.each([
    ['a text file', (file: string) => writeFileSync(file, 'hello, world\n'.repeat(500))],
    ['a cut file', (file: string) => truncateSync(file, 5_000)],
    ['a scribbled file', (file: string) => scribble(file)],
    ['a state that is no JSON', (file: string) => sql(file, "UPDATE states SET state = '{'")],
    ['a database of another program', (file: string) => sql(file, 'PRAGMA application_id = 7')],
  ])('%s is refused with what to do, and stays as it is', async (_name, damage) => {
    const file = await aStore();
    damage(file);
    const before = readFileSync(file);
    await expect(open(file)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('no disk is touched'),
    });
    expect(readFileSync(file)).toEqual(before);
  });

  it('says where it cannot be opened', async () => {
    const file = join(aTempDir(), 'missing', 'journal.db');
    await expect(open(file)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(file),
    });
    expect(() => openJournalForReading(file)).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });

  it('says that a store has only just been begun', () => {
    const file = join(aTempDir(), 'journal.db');
    writeFileSync(file, '');
    expect(() => openJournalForReading(file)).toThrow(
      `The journal ${file} is empty: the daemon that makes it has only just begun. Ask again.`,
    );
  });

  it('promise 3: starts empty when the store is gone', async () => {
    const file = await aStore();
    rmSync(file);
    const journal = await open(file);
    expect(journal.states().size).toBe(0);
    expect(journal.facts().acceptedCommit).toBeNull();
  });
});

function sql(file: string, statement: string): void {
  const db = new DatabaseSync(file);
  db.exec(statement);
  db.close();
}

/** Overwrites all but the first page. */
function scribble(file: string): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xa5, 4_096));
}
