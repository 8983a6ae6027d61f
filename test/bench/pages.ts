/** Pages of a site of 400 nodes, from the request to the last byte, as a browser asks for them. */

import { DatabaseSync } from 'node:sqlite';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { NewEvent } from '../../src/model/event.ts';
import { aTale } from '../ledger/a-history.ts';
import { type BenchDaemon, startBenchDaemon } from './daemon.ts';
import { type BenchOptions, type Figure, quantile } from './figure.ts';
import { aPlace } from './place.ts';
import { fillSettled } from './store.ts';

const NODES = 400;
const COMMITS = 100;
/** Of each commit. */
const INSTALLS = 20;
/** ms. */
const GOAL = 50;
/** Without a goal where the cost grows with the history and not with the nodes. */
const PAGES: readonly [path: string, name: string, goal?: number][] = [
  ['/', 'rack', GOAL],
  ['/nodes/n7', 'one node', GOAL],
  ['/plans', 'plans', GOAL],
  ['/commits', 'commits'],
  ['/log', 'log', GOAL],
  ['/log?q=settled&severity=warning', 'log, searched', GOAL],
  ['/report?period=90d', 'report'],
  ['/status', 'status', GOAL],
];

export async function benchPages({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const place = await aPlace(NODES, {});
  try {
    await fillSettled(place, quick ? 10_000 : 100_000);
    await tellCommits(place.store);
    // The store's events are of 1970: they would be pruned meanwhile.
    const daemon = await startBenchDaemon(place, { keepEventsDays: 0 });
    try {
      await daemon.site();
      const figures: Figure[] = [];
      for (const [path, name, goal] of PAGES) {
        progress(name);
        figures.push({
          ...(await measure(daemon, path, name, quick ? 20 : 100)),
          ...(goal === undefined ? {} : { goal }),
        });
      }
      return figures;
    } finally {
      await daemon.end();
    }
  } finally {
    place.remove();
  }
}

/** Commits and installs of machines that are gone, in place of the store's own, which have no content. */
async function tellCommits(file: string): Promise<void> {
  const db = new DatabaseSync(file);
  db.exec("UPDATE events SET reason = 'Waiting' WHERE reason = 'CommitAccepted'");
  db.close();
  const tale = aTale();
  for (let commit = 0; commit < COMMITS; commit++) {
    tale.accepted(commit, `c${commit}`, commit);
    for (let n = 0; n < INSTALLS; n++) {
      tale.wanted(commit, `gone-${n}`, `c${commit}`, 'docker', commit + 1);
      tale.started(commit, `gone-${n}`, `c${commit}`, 1, 'docker', commit + 1);
      tale.settled(commit, `gone-${n}`, `c${commit}`, 0.5, { generation: commit + 1 });
    }
  }
  const journal = await openSqliteJournal({ file, clock: Date.now });
  const events = tale.events.map(
    ({ id: _id, time: _time, phase: _phase, attempt: _attempt, ...event }) => event,
  );
  await journal.append(events as NewEvent[]);
  await journal.close();
}

async function measure(daemon: BenchDaemon, path: string, name: string, times: number): Promise<Figure> {
  const url = `${daemon.started.url}${path}`;
  const before = (await daemon.usage()).cpuMs;
  let bytes = 0;
  const took: number[] = [];
  for (let n = 0; n < times; n++) {
    const begun = performance.now();
    const answer = await fetch(url);
    const body = await answer.arrayBuffer();
    took.push(performance.now() - begun);
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
    bytes = body.byteLength;
  }
  const cpu = ((await daemon.usage()).cpuMs - before) / times;
  const note = `${Math.round(bytes / 1_000)} kB; p95 ${quantile(took, 0.95).toFixed(0)} ms; ${cpu.toFixed(1)} ms of CPU each`;
  return {
    name: `page of ${NODES} nodes: ${name}, median of ${times}`,
    value: quantile(took, 0.5),
    unit: 'ms',
    note,
  };
}
