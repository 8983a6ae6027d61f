/** What the control plane tells of the ledger: read from the journal in pages, so that the daemon goes on meanwhile. */

import { setImmediate } from 'node:timers/promises';
import { sortNatural } from '../desired/natural-order.ts';
import { chooseEntries } from '../ledger/choose.ts';
import { ledgerEntries } from '../ledger/entries.ts';
import { rackAt } from '../ledger/rack-at.ts';
import { ENTRY_REASONS, RACK_REASONS, REPORT_REASONS } from '../ledger/reasons.ts';
import { makeReport } from '../ledger/report.ts';
import type { Site } from '../model/desired.ts';
import type { Event, Reason } from '../model/event.ts';
import type { EventFilter, Journal } from '../model/journal.ts';
import type { LedgerEntry, LedgerFilter, RackAt, Report, ReportQuestion } from '../model/ledger.ts';
import { eventPages } from './event-pages.ts';

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
}

/** Read in one go, some 10 ms. */
const PAGE = 2_000;

export function createLedgerViews({ journal, site, clock }: Ports): LedgerViews {
  const poolOf = (node: string): string | null => site()?.nodes.get(node)?.pool ?? null;

  async function read(reasons: readonly Reason[], filter: EventFilter = {}): Promise<Event[]> {
    const events: Event[] = [];
    for (const page of eventPages(journal, { ...filter, reasons }, PAGE)) {
      for (const event of page) events.push(event);
      if (page.length === PAGE) await setImmediate();
    }
    return events;
  }

  return {
    async ledger(filter) {
      const { node } = filter;
      const events = await read(ENTRY_REASONS, node === undefined ? {} : { node });
      const entries = ledgerEntries(events).map((entry) => ({
        ...entry,
        pool: entry.pool ?? poolOf(entry.node),
      }));
      return chooseEntries(entries, filter);
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
      const events = await read(REPORT_REASONS);
      const begin = Math.max(since, Math.min(events[0]?.time ?? since, until));
      const end = Math.max(begin, Math.min(until, now));
      return makeReport(events, { ...question, since: begin, until: end }, poolOf);
    },
  };
}
