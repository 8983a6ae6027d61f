/** A writer in a process of its own, and what must be there of what it was told. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Readable, Writable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import { refold } from '../../src/journal/refold.ts';
import type { Event } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';

export const WRITER = join(import.meta.dirname, 'writer.ts');

type Child = ChildProcessByStdio<Writable, Readable, null>;

export function start(command: string, args: string[]): { child: Child; lines: AsyncIterable<string> } {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout }) };
}

/**
 * Lets the writer run, kills it after some acknowledgements, and returns all of those. `opened` is called while it has the store.
 */
export async function killedWriter(
  store: string[],
  round: number,
  opened: () => Promise<void>,
): Promise<string[]> {
  const { child, lines } = start(process.execPath, [WRITER, `r${round}`, ...store]);
  const acknowledged: string[] = [];
  const enough = 1 + Math.floor(Math.random() * 60);
  for await (const line of lines) {
    if (line === 'open') await opened();
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
export function expectWhole(journal: Journal, acknowledged: string[]): void {
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

/** Compares the words' index with every event (sqlite.org/fts5.html §6.6). */
export function expectIndexWhole(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("INSERT INTO events_text (events_text, rank) VALUES ('integrity-check', 1)");
  } finally {
    db.close();
  }
}
