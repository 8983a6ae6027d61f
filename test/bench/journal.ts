/** Figures of the SQLite journal. The store of a million events is built in bulk, then opened as the daemon does. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Journal } from '../../src/model/journal.ts';
import { found, waiting } from '../builders/event.ts';
import { aState } from '../builders/state.ts';
import type { Figure } from './figure.ts';
import { fillStore } from './store.ts';
import { longestTurn, took } from './took.ts';

const EVENTS = 1_000_000;
const NODES = 10_000;

export async function benchJournal(): Promise<Figure[]> {
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

async function benchAppends(file: string): Promise<Figure[]> {
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

async function benchLarge(file: string): Promise<Figure[]> {
  const states = Array.from({ length: NODES }, (_, n) =>
    aState(`n${n}`).settled().installed('docker', 1).power('on').build(),
  );
  await fillStore(file, states, EVENTS, null);

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
    { name: 'journal: history of one node among 1 M events', value: history, unit: 'ms', goal: 5 },
    { name: 'journal: rare reasons among 1 M events', value: rare, unit: 'ms' },
    { name: 'journal: an actor that is not there, 1 M events walked', value: scan, unit: 'ms' },
    { name: 'journal: longest turn while pruning 100,000 events', value: longest, unit: 'ms' },
  ];
}

function perSecond(count: number, ms: number): number {
  return Math.round((count * 1_000) / ms);
}
