/** The delivery figures of a period: how often, how fast, and how well changes reach machines. */

import { REPORT_REASONS } from '../../../ledger/reasons.ts';
import type { NodeView, StatusView } from '../../../model/api.ts';
import type { Report, ReportQuestion } from '../../../model/ledger.ts';
import type { Ask } from '../ask.ts';
import { type Html, html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { clockDay } from '../time.ts';
import { charts } from './charts.ts';
import { definitions, figureTiles } from './figures.ts';
import { PERIODS, type Period, periodOf, questionOf } from './period.ts';
import { spreadChart } from './spreads.ts';

const DAY = 86_400_000;

export interface ReportPorts {
  status(): StatusView;
  nodes(): NodeView[];
  report(question: ReportQuestion): Promise<Report>;
}

interface DeliveryFigures {
  status: StatusView;
  period: Period;
  pools: string[];
  report: Report;
}

export function reportPage({ status: statusNow, nodes, report }: ReportPorts): Page<DeliveryFigures> {
  async function model(ask: Ask): Promise<DeliveryFigures> {
    const [status, period] = [statusNow(), periodOf(ask)];
    const pools = [...new Set(nodes().map(({ pool }) => pool))];
    return { status, period, pools, report: await report(questionOf(period, status.now)) };
  }
  return { path: '/report', section: 'report', summary: 'Delivery figures', model, view };
}

function view({ status, period, pools, report }: DeliveryFigures): View {
  return {
    title: `${status.site ?? 'barewright'}: report`,
    kind: 'page',
    wakes: REPORT_REASONS,
    heading: html`<h1>Report</h1>${periodLinks(period, pools)}`,
    main: html`<div class="page" id="report">
      <p class="soft" id="report-of">From ${clockDay(report.since)} to ${clockDay(report.until)}${report.pool !== null && html`, pool ${report.pool}`}. The ledger is never pruned: the same period gives the same figures.</p>
      ${figureTiles(report.all, (report.until - report.since) / DAY)}
      <div class="charts" id="charts">${charts(report)}</div>
      <div class="charts" id="install-times">
        ${spreadChart('by-profile', 'Install time by profile', 'Profile', report.profiles)}
        ${spreadChart('by-hardware', 'Install time by hardware', 'Hardware', report.hardware)}
      </div>
      ${definitions()}
    </div>`,
  };
}

function periodLinks(period: Period, pools: readonly string[]): Html {
  const chip = (name: string, pool: string, label: string, current: 'page' | 'true' | 'false') => {
    const query = new URLSearchParams({ period: name, ...(pool === '' ? {} : { pool }) });
    return html`<li><a class="chip" href="/report?${query.toString()}" aria-current="${current}">${label}</a></li>`;
  };
  return html`<ul class="chips" id="periods" role="list" aria-label="Period">${PERIODS.map((name) =>
    chip(name, period.pool, name.replace('d', ' days'), name === period.name ? 'page' : 'false'),
  )}</ul>${
    pools.length > 1 &&
    html`<ul class="chips" id="report-pools" role="list" aria-label="Pool">${pools.map((pool) =>
      chip(period.name, pool === period.pool ? '' : pool, pool, pool === period.pool ? 'true' : 'false'),
    )}</ul>`
  }`;
}
