/** Figures of the SQLite journal. The store of a million events is built in bulk, then opened as the daemon does. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Journal } from '../../src/model/journal.ts';
import { found, waiting } from '../builders/event.ts';
import { aState } from '../builders/node.ts';

interface Measure {
  name: string;
  value: number;
  unit: string;
  /** At most this. */
  goal?: number;
}

const EVENTS = 1_000_000;
const NODES = 10_000;

export async function benchJournal(): Promise<Measure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  try {
    return [
      ...(await benchAppends(join(directory, 'appends.db'))),
      ...(await benchLarge(join(directory, 'large.db'))),
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function benchAppends(file: string): Promise<Measure[]> {
  const journal = await openSqliteJournal({ file, clock: Date.now });
  await journal.append(Array.from({ length: 100 }, (_, n) => found(`n${n}`)));
  const single = 2_000;
  const oneByOne = await took(async () => {
    for (let n = 0; n < single; n++) await journal.append([waiting(`n${n % 100}`, n)]);
  });
  const grouped = 50_000;
  const together = await took(async () => {
    await Promise.all(Array.from({ length: grouped }, (_, n) => journal.append([waiting(`n${n % 100}`, n)])));
  });
  await journal.close();
  return [
    { name: 'journal: appends one by one', value: perSecond(single, oneByOne), unit: '/s' },
    { name: 'journal: appends grouped', value: perSecond(grouped, together), unit: '/s' },
  ];
}

async function benchLarge(file: string): Promise<Measure[]> {
  await (await openSqliteJournal({ file, clock: () => 0 })).close();
  fill(file);

  let journal: Journal | undefined;
  const opening = await took(async () => {
    journal = await openSqliteJournal({ file, clock: () => EVENTS });
  });
  if (!journal) throw new Error('unreachable');
  const opened = journal;
  const history = await took(async () => opened.read({ node: `n${NODES / 2}` }));
  const rare = await took(async () => opened.read({ reasons: ['CommitAccepted', 'InstallSettled'] }));
  const scan = await took(async () => opened.read({ actor: 'nobody' }));
  const longest = await longestTurn(() => opened.prune(EVENTS / 10));
  await opened.close();
  return [
    { name: 'journal: open with 1 M events, 10,000 nodes', value: opening, unit: 'ms', goal: 2_000 },
    { name: 'journal: history of one node among 1 M events', value: history, unit: 'ms' },
    { name: 'journal: rare reasons among 1 M events', value: rare, unit: 'ms' },
    { name: 'journal: an actor that is not there, 1 M events walked', value: scan, unit: 'ms' },
    { name: 'journal: longest turn while pruning 100,000 events', value: longest, unit: 'ms' },
  ];
}

/** 100 events for each node, in turns, and each node's state. */
function fill(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO events SELECT i, i, 'n' || (i % ?), CASE i % 10 WHEN 0 THEN 'c' || (i / 1000) END, 'settled', NULL,
      'daemon', iif(i % 10000 = 0, 'CommitAccepted', iif(i % 3 = 0, 'Waiting', 'PowerObserved')),
      'The power state is on, and was unknown before.', '{"state":"on","previous":"unknown"}' FROM n
  `).run(EVENTS, NODES);
  const put = db.prepare('INSERT INTO states (node, state, event) VALUES (?, ?, ?)');
  for (let n = 0; n < NODES; n++) {
    const state = aState(`n${n}`).settled().installed('docker', 1).power('on').build();
    put.run(state.name, JSON.stringify(state), EVENTS);
  }
  db.exec('COMMIT');
  db.close();
}

/** The longest time the event loop was kept from turning while `work` ran. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  return longest;
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function perSecond(count: number, ms: number): number {
  return Math.round((count * 1_000) / ms);
}
