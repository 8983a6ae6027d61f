/** The figures over time, as charts. */

import type { Figures, Group, Report } from '../../../model/ledger.ts';
import { sayLong } from '../durations.ts';
import { type Html, html } from '../html.ts';
import { count } from '../words.ts';
import { barChart } from './bars.ts';
import { rate } from './figures.ts';

export function charts({ groups, by, all }: Report): Html {
  return html`${deployments(groups, by, all)}${failures(groups, by, all)}${leadTimes(groups, by, all)}`;
}

function deployments(groups: readonly Group<Figures>[], by: Report['by'], all: Figures): Html {
  const bars = groups.map(({ name, figures: { changes, deployments, failedChanges } }) => ({
    ...{ name, value: Math.max(deployments, failedChanges), bad: failedChanges },
    words: `${count(deployments, 'deployment')} of ${count(changes, 'change')}, ${failedChanges} failed`,
  }));
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return barChart({
    none: 'Nothing was deployed in this period.',
    ...{ id: 'chart-deployments', title: `Deployments by ${by}`, bars, top: `${most}` },
    summary: `${count(all.deployments, 'deployment')}, at most ${most} a ${by}; ${all.failedChanges} of the changes failed (red)`,
  });
}

function failures(groups: readonly Group<Figures>[], by: Report['by'], all: Figures): Html {
  const bars = groups.map(({ name, figures }) => {
    const part = Math.round((figures.changeFailureRate ?? 0) * 100);
    return { name, value: part, bad: part, words: `${rate(figures)} of ${count(figures.changes, 'change')}` };
  });
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return barChart({
    none: 'No change failed in this period.',
    ...{ id: 'chart-failures', title: `Change failure rate by ${by}`, bars, top: `${most} %` },
    summary: `${rate(all)} over the period: ${all.failedChanges} of ${count(all.changes, 'change')}`,
  });
}

function leadTimes(groups: readonly Group<Figures>[], by: Report['by'], all: Figures): Html {
  const bars = groups.map(({ name, figures: { leadTime } }) => ({
    ...{ name, value: leadTime.median ?? 0, bad: 0 },
    words: `median ${sayLong(leadTime.median)} of ${leadTime.count}`,
  }));
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return barChart({
    none: 'No change has come to its end in this period.',
    ...{ id: 'chart-lead-time', title: `Lead time by ${by}`, bars, top: sayLong(most) },
    summary: `median ${sayLong(all.leadTime.median)}, p90 ${sayLong(all.leadTime.p90)} over the period`,
  });
}
