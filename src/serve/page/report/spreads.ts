/** How long installs took, by profile or by hardware: the median as a bar, with the 90th percentile behind it. */

import type { Group, Spread } from '../../../model/ledger.ts';
import { sayLong } from '../durations.ts';
import { type Html, html } from '../html.ts';
import { count } from '../words.ts';
import { round } from './bars.ts';

export function spreadChart(id: string, title: string, what: string, groups: readonly Group<Spread>[]): Html {
  const longest = Math.max(...groups.map(({ figures }) => figures.p90 ?? 0), 1);
  return html`<section class="card" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
    ${groups.length === 0 ? html`<p class="empty-card">No install settled in this period.</p>` : tableOf(what, groups, longest)}</section>`;
}

function tableOf(what: string, groups: readonly Group<Spread>[], longest: number): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Install time by ${what.toLowerCase()}, table"><table class="spreads"><thead><tr><th scope="col">${what}</th><th scope="col"><span class="vh">Median and p90 as bars</span></th><th scope="col" class="num">Median</th><th scope="col" class="num">p90</th><th scope="col" class="num">Installs</th></tr></thead>
    <tbody>${groups.map(({ name, figures }) => rowOf(name, figures, longest))}</tbody></table></div>`;
}

function rowOf(name: string, { median, p90, count: installs }: Spread, longest: number): Html {
  const part = (ms: number | null) => round(((ms ?? 0) / longest) * 100);
  return html`<tr><th scope="row">${name}</th><td class="spread-bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar is-p90" x="0" y="3" width="${part(p90)}" height="4"></rect>
      <rect class="bar is-busy" x="0" y="0" width="${part(median)}" height="10"></rect></svg></td>
    <td class="num">${sayLong(median)}</td><td class="num">${sayLong(p90)}</td><td class="num">${installs}<span class="vh"> ${count(installs, 'install').replace(/^\d+ /, '')}</span></td></tr>`;
}
