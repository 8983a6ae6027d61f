/** What the control plane tells of the ledger. It is read in pages, so that the daemon goes on meanwhile. */

import { setImmediate } from 'node:timers/promises';
import { sortNatural } from '../desired/natural-order.ts';
import { chooseEntries } from '../ledger/choose.ts';
import { ledgerEntries } from '../ledger/entries.ts';
import type { History } from '../ledger/history.ts';
import { rackAt } from '../ledger/rack-at.ts';
import { ENTRY_REASONS, RACK_REASONS } from '../ledger/reasons.ts';
import { makeReport } from '../ledger/report.ts';
import type { Site } from '../model/desired.ts';
import type { Event, Reason } from '../model/event.ts';
import type { EventFilter, Journal } from '../model/journal.ts';
import type { LedgerEntry, LedgerFilter, RackAt, Report, ReportQuestion } from '../model/ledger.ts';
import { eventPages } from './event-pages.ts';
import { createLedgerMemory, LEDGER_PAGE } from './ledger-memory.ts';

interface Ports {
  journal: Pick<Journal, 'read'>;
  site(): Site | null;
  clock(): number;
}

export interface LedgerViews {
  ledger(filter: LedgerFilter): Promise<LedgerEntry[]>;
  rackAt(time: number): Promise<RackAt>;
  /** The period begins with the ledger at the earliest, and ends now at the latest. */
  report(question: ReportQuestion): Promise<Report>;
  /** What the pages tell of commits. */
  history(): Promise<History>;
}

export function createLedgerViews({ journal, site, clock }: Ports): LedgerViews {
  const poolOf = (node: string): string | null => site()?.nodes.get(node)?.pool ?? null;

  const memory = createLedgerMemory(journal);

  async function read(reasons: readonly Reason[], filter: EventFilter = {}): Promise<Event[]> {
    const events: Event[] = [];
    for (const page of eventPages(journal, { ...filter, reasons }, LEDGER_PAGE)) {
      for (const event of page) events.push(event);
      if (page.length === LEDGER_PAGE) await setImmediate();
    }
    return events;
  }

  return {
    history: memory.now,
    async ledger(filter) {
      const { node } = filter;
      const entries =
        node === undefined
          ? (await memory.now()).entries
          : ledgerEntries(await read(ENTRY_REASONS, { node }));
      return chooseEntries(entries, filter, poolOf);
    },
    async rackAt(time) {
      const rack = rackAt(await read(RACK_REASONS, { until: time }), time);
      const rebuild = rack.rebuild.map(({ commit, nodes }) => ({
        commit,
        nodes: sortNatural(nodes, (name) => name),
      }));
      return { ...rack, rebuild, nodes: sortNatural(rack.nodes, ({ node }) => node) };
    },
    async report({ since, until, ...question }) {
      const now = clock();
      const history = await memory.now();
      const begin = Math.max(since, Math.min(history.begin ?? since, until));
      const end = Math.max(begin, Math.min(until, now));
      return makeReport(history, { ...question, since: begin, until: end }, poolOf);
    },
  };
}
