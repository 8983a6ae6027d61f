import { expect, it } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { historyOf } from '../../src/ledger/history.ts';
import type { Event } from '../../src/model/event.ts';
import { readCommit, readCommits } from '../../src/serve/page/commits/read.ts';
import { aTale, HOUR, MONDAY } from '../ledger/a-history.ts';

const NODES = 400;
const COMMITS = 60;

/** As long for each: a commit's id is its name, filled up with zeros. */
const nameOf = (n: number) => `c${100 + n}`;

/** Each commit configures 400 nodes in place; the first is gone back to at the end. */
async function busyRack() {
  const tale = aTale();
  for (let n = 0; n < COMMITS; n++) {
    tale.accepted(2 * n, nameOf(n), 2 * n);
    for (let node = 0; node < NODES; node++) tale.configured(2 * n + 1, `n${node}`, nameOf(n));
  }
  tale.accepted(2 * COMMITS, nameOf(0), 0);
  let now = MONDAY;
  const journal = openMemoryJournal({ clock: () => now });
  const written: Event[] = [];
  for (const [time, events] of Map.groupBy(tale.events, (event) => event.time)) {
    now = time;
    written.push(...(await journal.append(events)));
  }
  return { journal, history: historyOf(written) };
}

const said = (commits: ReturnType<typeof readCommits>['commits']) =>
  commits.map(({ past, configured }) => [
    past.outcome === 'in force' && past.commit.subject.replace('Change ', ''),
    past.outcome === 'in force' && past.until && (past.until - past.since) / HOUR,
    configured.length,
  ]);

it('the newest commits are there, and everything that each did, however much that was', async () => {
  const { journal, history } = await busyRack();
  const newest = readCommits(journal, history, undefined, 40);
  expect(said(newest.commits)).toEqual([
    [nameOf(0), null, 0],
    ...Array.from({ length: 39 }, (_, n) => [nameOf(COMMITS - 1 - n), 2, NODES]),
  ]);
  const older = readCommits(journal, history, newest.olderThan ?? 0, 40);
  expect(said(older.commits)).toEqual(Array.from({ length: 21 }, (_, n) => [nameOf(20 - n), 2, NODES]));
  expect(older.olderThan).toBeNull();
  const first = readCommit(journal, history, older.commits.at(-1)?.past.commit?.id ?? '');
  expect(first).toEqual(older.commits.at(-1));
});
