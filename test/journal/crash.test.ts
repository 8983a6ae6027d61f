import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/journal/migrations.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Journal } from '../../src/model/journal.ts';
import { waiting } from '../builders/event.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { expectIndexWhole, expectWhole, killedWriter, start, WRITER } from './killed-writer.ts';

const open = (file: string): Promise<Journal> => openSqliteJournal({ file, clock: Date.now });
const isLocked = (file: string): Promise<void> =>
  expect(open(file)).rejects.toMatchObject({ code: 'locked' });

it('promise 8: kill -9 loses nothing that was acknowledged, leaves nothing half, and frees the store', async () => {
  const file = join(aTempDir(), 'journal.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < 15; round++) {
    acknowledged.push(...(await killedWriter([file], round, () => isLocked(file))));
    const journal = await open(file);
    expectWhole(journal, acknowledged);
    await journal.close();
    expectIndexWhole(file);
  }
});

it('kill -9 while the words\u2019 index is made leaves the older store, and the next start makes it whole', async () => {
  const file = join(aTempDir(), 'journal.db');
  const older = await openSqliteJournal({ file, clock: Date.now, migrations: MIGRATIONS.slice(0, 1) });
  await older.append(Array.from({ length: 30_000 }, (_, n) => waiting(`n${n % 10}`, n)));
  await older.close();
  const { child, lines } = start(process.execPath, [WRITER, 'forward', file]);
  const exit = once(child, 'exit');
  setTimeout(() => child.kill('SIGKILL'), 100 + Math.floor(Math.random() * 400));
  for await (const _line of lines) child.kill('SIGKILL');
  await exit;
  const journal = await open(file);
  expect(journal.read({ text: 'Waiting n3', limit: 10_000 }).length).toBeGreaterThanOrEqual(3_000);
  await journal.close();
  expectIndexWhole(file);
});

it('refuses everything once a write has failed, and has then what it acknowledged', async () => {
  const file = join(aTempDir(), 'journal.db');
  // A limit on file sizes (of 512 bytes or 1 KiB, by the shell) stands for the full disk: no mount, no root.
  const command = `ulimit -f 600; exec "$0" "$@"`;
  const { child, lines } = start('sh', ['-c', command, process.execPath, WRITER, 'full', file]);
  const exit = once(child, 'exit');
  const said: string[] = [];
  for await (const line of lines) said.push(line);
  await exit;
  expect(said.at(0)).toBe('open');
  expect(said.at(-1)).toBe('failed write-failed write-failed');

  const acknowledged = said.slice(1, -1);
  expect(acknowledged.length).toBeGreaterThan(0);
  const journal = await open(file);
  expectWhole(journal, acknowledged);
  await journal.close();
});
