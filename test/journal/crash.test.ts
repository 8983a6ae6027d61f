import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { refold } from '../../src/journal/refold.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Event } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const WRITER = join(import.meta.dirname, 'writer.ts');

type Child = ChildProcessByStdio<Writable, Readable, null>;

function start(command: string, args: string[]): { child: Child; lines: AsyncIterable<string> } {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout }) };
}

const open = (file: string): Promise<Journal> => openSqliteJournal({ file, clock: Date.now });

/** Lets the writer run, kills it after some acknowledgements, and returns all of those. */
async function killedWriter(file: string, round: number): Promise<string[]> {
  const { child, lines } = start(process.execPath, [WRITER, file, `r${round}`]);
  const acknowledged: string[] = [];
  const enough = 1 + Math.floor(Math.random() * 60);
  for await (const line of lines) {
    if (line === 'open') await expect(open(file)).rejects.toMatchObject({ code: 'locked' });
    else if (acknowledged.push(line) === enough) child.kill('SIGKILL');
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(enough);
  return acknowledged;
}

function all(journal: Journal): Event[] {
  const events: Event[] = [];
  while (events.length < journal.lastId()) {
    const page = journal.read({ after: events.length, limit: 10_000 });
    expect(page).not.toHaveLength(0);
    events.push(...page);
  }
  return events;
}

/** Every acknowledged append is there, every append there is whole, ids have no gaps, states are those of the events. */
function expectWhole(journal: Journal, acknowledged: string[]): void {
  const events = all(journal);
  expect(events.findIndex(({ id }, i) => id !== i + 1)).toBe(-1);

  const keys = events.map(({ data }) => ('waitingFor' in data ? data.waitingFor : ''));
  const lost = acknowledged.filter((line) => {
    const [first = 0, last = 0, key = ''] = line.split(' ').map((word) => Number(word) || word);
    return keys.slice(Number(first) - 1, Number(last)).some((found) => found !== key);
  });
  expect(lost).toEqual([]);

  const sizes = Map.groupBy(keys.filter(Boolean), (key) => key);
  expect([...sizes].filter(([key, { length }]) => !key.endsWith(`-${length}`))).toEqual([]);
  expect(refold(journal)).toEqual(journal.states());
}

it('promise 8: kill -9 loses nothing that was acknowledged, leaves nothing half, and frees the store', async () => {
  const file = join(aTempDir(), 'journal.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < 15; round++) {
    acknowledged.push(...(await killedWriter(file, round)));
    const journal = await open(file);
    expectWhole(journal, acknowledged);
    await journal.close();
  }
});

it('refuses everything once a write has failed, and has then what it acknowledged', async () => {
  const file = join(aTempDir(), 'journal.db');
  // A limit on file sizes (of 512 bytes or 1 KiB, by the shell) stands for the full disk: no mount, no root.
  const command = `ulimit -f 600; exec "$0" "$@"`;
  const { child, lines } = start('sh', ['-c', command, process.execPath, WRITER, file, 'full']);
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
