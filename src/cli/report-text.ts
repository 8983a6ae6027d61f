/** The delivery figures for people: as text, and as Markdown with the definitions below. Pure. */

import { FIGURE_WORDS } from '../model/figure-words.ts';
import type { Figures, Group, Report, Spread } from '../model/ledger.ts';
import { sayMinute } from '../plan/say-age.ts';
import { formatTable } from './table.ts';
import { sayDuration } from './times.ts';

/** Of a shorter period nobody can say how it goes on. */
const WEEK = 7 * 24 * 3600_000;

type Line = readonly [what: string, value: string, note: keyof typeof FIGURE_WORDS];

export function reportText(report: Report): string {
  const lines = figureLines(report);
  const width = Math.max(...lines.map(([what]) => what.length));
  const parts = [
    `${title(report)}\n\n${lines.map(([what, value]) => `${what.padEnd(width)}   ${value}\n`).join('')}`,
    ...tables(report).map(({ header, rows }) =>
      formatTable(
        header.map((word) => word.toUpperCase()),
        rows,
      ),
    ),
  ];
  return parts.join('\n');
}

export function reportMarkdown(report: Report): string {
  const lines = figureLines(report);
  const notes = [...new Set(lines.map(([, , name]) => name))];
  const mark = (name: keyof typeof FIGURE_WORDS): string => `[^${notes.indexOf(name) + 1}]`;
  const figures = lines.map(([what, value, name]) => [`${what}${mark(name)}`, value]);
  const parts = [
    `## ${title(report)}\n`,
    markdownTable(['figure', 'value'], figures),
    ...tables(report).map(({ header, rows }) => markdownTable(header, rows)),
    notes.map((name) => `${mark(name)}: ${FIGURE_WORDS[name]}.\n`).join(''),
  ];
  return parts.join('\n');
}

function title({ since, until, pool }: Report): string {
  const of = pool === null ? '' : ` of pool ${pool}`;
  return `Deliveries${of}, ${sayMinute(since)} to ${sayMinute(until)} UTC`;
}

function figureLines({ all, since, until }: Report): Line[] {
  const { changes, deployments, failedChanges, unfinished, leadTime, recovery, install } = all;
  const late = unfinished === 0 ? '' : `; ${unfinished} with machines still to come`;
  const recovered = recovery.count === 0 ? '-' : `mean ${time(recovery.mean)}, ${spread(recovery)}`;
  const stuck = all.stuck === 0 ? '' : `; ${all.stuck} stuck still`;
  return [
    ['changes', `${changes}`, 'change'],
    [
      'deployments',
      `${deployments}${isLong({ since, until }) ? `, ${perWeek(all)} a week` : ''}`,
      'deployments',
    ],
    ['lead time', `${spread(leadTime)}${late}`, 'leadTime'],
    ['change failure rate', `${rate(all)} (${failedChanges} of ${changes})`, 'changeFailureRate'],
    ['time to recovery', `${recovered}${stuck}`, 'recovery'],
    ['installs', `${all.installs}; ${all.failedAttempts} attempts failed before`, 'install'],
    ['install time', spread(install), 'spread'],
    ['configured in place', `${all.configured}`, 'deployments'],
  ];
}

function isLong({ since, until }: Pick<Report, 'since' | 'until'>): boolean {
  return until - since >= WEEK;
}

interface Table {
  header: string[];
  rows: string[][];
}

function tables({ by, groups, profiles, hardware, ...period }: Report): Table[] {
  const found: Table[] = [];
  const isWeekly = by !== 'week' && by !== 'day' && isLong(period);
  if (by !== null) {
    const header = [
      by,
      'deployments',
      ...(isWeekly ? ['a week'] : []),
      'lead time',
      'p90',
      'failure rate',
      'recovery',
      'installs',
      'install time',
    ];
    found.push({ header, rows: groups.map((group) => groupRow(group, isWeekly)) });
  }
  for (const [name, spreads] of [
    ['profile', profiles],
    ['hardware', hardware],
  ] as const) {
    if (spreads.length > 0)
      found.push({ header: [name, 'installs', 'median', 'p90'], rows: spreads.map(spreadRow) });
  }
  return found;
}

function groupRow({ name, figures }: Group<Figures>, isWeekly: boolean): string[] {
  const { deployments, leadTime, recovery, installs, install } = figures;
  return [
    name,
    `${deployments}`,
    ...(isWeekly ? [perWeek(figures)] : []),
    time(leadTime.median),
    time(leadTime.p90),
    rate(figures),
    time(recovery.mean),
    `${installs}`,
    time(install.median),
  ];
}

function spreadRow({ name, figures }: Group<Spread>): string[] {
  return [name, `${figures.count}`, time(figures.median), time(figures.p90)];
}

function spread({ median, p90 }: Spread): string {
  return median === null ? '-' : `median ${time(median)}, p90 ${time(p90)}`;
}

function time(ms: number | null): string {
  return ms === null ? '-' : sayDuration(ms);
}

function rate({ changeFailureRate }: Figures): string {
  return changeFailureRate === null ? '-' : `${Math.round(changeFailureRate * 100)}%`;
}

function perWeek({ deploymentsPerWeek }: Figures): string {
  return deploymentsPerWeek.toFixed(1);
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |\n`;
  return `${row(header)}|${header.map(() => '---|').join('')}\n${rows.map(row).join('')}`;
}

function plain(text: string): string {
  return text.replaceAll('|', '\\|');
}
