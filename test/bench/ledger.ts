/** Ledger, report and the rack at a time, from a journal of a million events of which 300,000 are the ledger's: as the API tells them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedgerViews } from '../../src/daemon/ledger-views.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { NewEvent } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';
import { waiting } from '../builders/event.ts';
import { aTale, HOUR, MONDAY } from '../ledger/a-history.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { longestTurn, took } from './took.ts';

const NODES = 1_000;
const EVENTS_A_NODE = 10;

export async function benchLedger({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const rounds = quick ? 10 : 100;
  const directory = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  const clock = { now: MONDAY };
  const journal = await openSqliteJournal({ file: join(directory, 'journal.db'), clock: () => clock.now });
  try {
    for (let round = 0; round < rounds; round++) {
      if (round % 20 === 0) progress(`commit ${round + 1} of ${rounds}, ${NODES} installs each`);
      await fill(journal, clock, round);
    }
    progress('reading');
    return await measure(journal, clock, rounds);
  } finally {
    await journal.close();
    rmSync(directory, { recursive: true });
  }
}

/** A commit, the installs that it asks for, and what else the machines say meanwhile. */
async function fill(journal: Journal, clock: { now: number }, round: number): Promise<void> {
  const tale = aTale();
  const name = `c${round}`;
  tale.accepted(round, name, round);
  for (let n = 0; n < NODES; n++) {
    tale.wanted(round, `n${n}`, name, 'docker', round);
    tale.started(round, `n${n}`, name, 1, 'docker', round);
    tale.settled(round, `n${n}`, name, 0.5, { generation: round });
  }
  const others = Array.from({ length: NODES * (EVENTS_A_NODE - 3) }, (_, n) => waiting(`n${n % NODES}`, n));
  clock.now = MONDAY + round * HOUR;
  await journal.append([...tale.events.map(withoutPlace), ...others]);
}

function withoutPlace({
  id: _id,
  time: _time,
  phase: _phase,
  attempt: _attempt,
  ...event
}: ReturnType<typeof aTale>['events'][number]): NewEvent {
  return event;
}

async function measure(journal: Journal, clock: { now: number }, rounds: number): Promise<Figure[]> {
  const fresh = () => createLedgerViews({ journal, site: () => null, clock: () => clock.now });
  const views = fresh();
  const installs = rounds * NODES;
  const title = `ledger of ${installs.toLocaleString('en')} installs among ${(installs * EVENTS_A_NODE) / 1e6} M events`;
  const period = { since: MONDAY, until: clock.now, pool: null, by: null };
  const of = async (name: string, work: () => Promise<unknown>, goal?: number): Promise<Figure> => ({
    ...{ name: `${title}: ${name}`, value: await took(work), unit: 'ms' },
    ...(goal === undefined ? {} : { goal }),
  });
  return [
    await of('of one node', () => views.ledger({ node: 'n7' })),
    await of('looked at for the first time', views.history),
    await of('its newest 1,000', () => views.ledger({ limit: 1_000 })),
    await of('report by pool', () => views.report({ ...period, by: 'pool' })),
    await of('report by week', () => views.report({ ...period, by: 'week' })),
    await of('the rack at half time', () => views.rackAt(MONDAY + (rounds / 2) * HOUR)),
    {
      ...{ name: `${title}: longest turn in a first report`, unit: 'ms' },
      value: await longestTurn(() => fresh().report(period)),
    },
  ];
}
