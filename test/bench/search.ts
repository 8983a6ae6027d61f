/** The log of a million events read and searched: as a store of before is brought forward, beside grep over the same events as lines. */

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { execa } from 'execa';
import { MIGRATIONS } from '../../src/journal/migrations.ts';
import { openRedisJournal } from '../../src/journal/redis/redis.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { EventFilter, Journal } from '../../src/model/journal.ts';
import { chaptersOf } from '../../src/timeline/timeline.ts';
import { accessOf, aRedis } from '../builders/redis.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';
import { fillSaid, type Said } from './said.ts';
import { took } from './took.ts';

const NODES = 1_000;
const RARE = '52:54:00:ab:cd:ef';

interface Case {
  name: string;
  filter: EventFilter;
  goal?: number;
  /** What grep looks for. */
  grep?: string[];
}

const CASES: readonly Case[] = [
  { name: 'newest 300 of one node', filter: { node: 'sip-n77', limit: 300 }, goal: 5 },
  { name: 'newest 1,000 of one node', filter: { node: 'sip-n77' } },
  { name: 'search: an address, 10 hits', filter: { text: RARE }, goal: 200, grep: [RARE] },
  { name: 'search: a phrase', filter: { text: '"answers fetched"' }, goal: 200, grep: ['answers fetched'] },
  {
    name: 'search: the beginning of a word in a million',
    filter: { text: 'pow' },
    goal: 200,
    grep: ['\\bpow'],
  },
  { name: 'search: two frequent words that never meet', filter: { text: 'fetched phase' }, goal: 200 },
  { name: 'search: a frequent word of one node', filter: { text: 'power', node: 'sip-n77' }, goal: 200 },
  { name: 'search: nothing', filter: { text: 'zebra' }, goal: 200, grep: ['zebra'] },
  { name: 'the first digits of a commit', filter: { commit: 'c0ffee4' }, goal: 200 },
  {
    name: 'a pool of 200 nodes',
    filter: { nodes: Array.from({ length: 200 }, (_, n) => `sip-n${n}`) },
    goal: 200,
  },
];

export async function benchSearch({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const events = quick ? 100_000 : 1_000_000;
  const directory = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  try {
    progress(`${events} events, as SQLite and as lines`);
    const file = join(directory, 'journal.db');
    const lines = join(directory, 'journal.jsonl');
    await fill(file, lines, events);
    progress('bringing the store forward');
    const opened: Journal[] = [];
    const forward = await took(async () => {
      opened.push(await openSqliteJournal({ file, clock: () => events }));
    });
    const [journal] = opened;
    if (!journal) throw new Error('unreachable');
    progress('searching');
    const title = `log of ${events.toLocaleString('en')} events`;
    const figures = await measure(journal, title, lines);
    await journal.close();
    const older = { name: `${title}: a store of before, made searchable`, value: forward / 1_000, unit: 's' };
    progress('Redis');
    return [...figures, older, ...(await benchRedis(directory, quick ? 5_000 : 50_000))];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** As a daemon without the index left it. */
async function fill(file: string, lines: string, events: number): Promise<void> {
  await (await openSqliteJournal({ file, clock: () => 0, migrations: MIGRATIONS.slice(0, 1) })).close();
  const db = new DatabaseSync(file);
  const out = openSync(lines, 'w');
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  const insert = db.prepare(`
    INSERT INTO events (id, time, node, "commit", phase, actor, reason, message, data)
    VALUES (?, ?, ?, ?, 'settled', 'daemon', ?, ?, '{}')
  `);
  let chunk: string[] = [];
  for (const said of fillSaid(events, NODES, RARE)) {
    const { id, node, commit, reason, message } = said;
    insert.run(id, id, node, commit, reason, message);
    chunk.push(lineOf(said));
    if (chunk.length === 10_000) {
      writeSync(out, chunk.join(''));
      chunk = [];
    }
  }
  writeSync(out, chunk.join(''));
  closeSync(out);
  db.exec('COMMIT');
  db.close();
}

function lineOf(said: Said): string {
  return `${JSON.stringify({ ...said, time: said.id, phase: 'settled', actor: 'daemon', data: {} })}\n`;
}

async function measure(journal: Journal, title: string, lines: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, filter, goal, grep } of CASES) {
    const value = await often(async () => void journal.read(filter));
    const peer = grep && { name: 'grep -iE', value: await often(() => grepped(grep, lines)) };
    figures.push({
      ...{ name: `${title}: ${name}`, value, unit: 'ms' },
      ...(goal === undefined ? {} : { goal }),
      ...(peer ? { peer } : {}),
    });
  }
  const timeline = await often(async () => void chaptersOf(journal.read({ node: 'sip-n77', limit: 2_000 })));
  return [...figures, { name: `${title}: timeline of one node`, value: timeline, unit: 'ms' }];
}

async function often(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 7; n++) times.push(await took(work));
  return median(times);
}

async function grepped(pattern: readonly string[], lines: string): Promise<void> {
  await execa('sh', ['-c', 'grep -iE -e "$0" "$1" | tail -n 1000 > /dev/null', ...pattern, lines]);
}

/** The journal in Redis is read from a copy; what that costs is making it. */
async function benchRedis(directory: string, events: number): Promise<Figure[]> {
  const redis = await aRedis(directory, '--appendonly', 'yes', '--appendfsync', 'always');
  try {
    const access = accessOf(redis.url());
    const open = (copy: string) =>
      openRedisJournal({ access, copyFile: join(directory, copy), clock: () => events, ttl: 600 });
    const first = await open('first.db');
    const all = [...fillSaid(events, NODES, RARE)].map(({ id: _, ...event }) => ({
      ...event,
      actor: 'daemon',
      data: {},
    }));
    const writing = await took(() => Promise.all(all.map((event) => first.append([event as never]))));
    await first.close();
    const opened: Journal[] = [];
    const copying = await took(async () => void opened.push(await open('second.db')));
    const history = await often(async () => void opened[0]?.read({ node: 'sip-n77' }));
    const search = await often(async () => void opened[0]?.read({ text: '"answers fetched"' }));
    await opened[0]?.close();
    const title = `log in Redis, ${events.toLocaleString('en')} events`;
    return [
      {
        name: `${title}: appends grouped, each durable`,
        value: Math.round((events * 1_000) / writing),
        unit: '/s',
      },
      { name: `${title}: copied at a start`, value: Math.round((events * 1_000) / copying), unit: '/s' },
      { name: `${title}: history of one node`, value: history, unit: 'ms', goal: 5 },
      { name: `${title}: search: a phrase`, value: search, unit: 'ms', goal: 200 },
    ];
  } finally {
    await redis.close();
  }
}
