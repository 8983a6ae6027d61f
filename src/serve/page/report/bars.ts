/** Bars over time as inline SVG, stretched to the width there is: no text stands in it, so that none is stretched with it. */

import { type Html, html } from '../html.ts';

export interface Bar {
  /** Of the span: `2026-06-01`. */
  name: string;
  value: number;
  /** Of the value, the part that is bad news. */
  bad: number;
  /** Said of the bar. */
  words: string;
}

export interface Chart {
  id: string;
  title: string;
  /** The whole chart in a sentence. */
  summary: string;
  /** The highest value, as it is said. */
  top: string;
  bars: readonly Bar[];
  /** Said where every bar is empty. */
  none: string;
}

/** Fewer bars than these leave the rest of the width empty. */
const LEAST_PLACES = 14;
const HIGH = 100;
/** Of each bar's place. */
const WIDE = 0.76;

export function barChart({ id, title, summary, top, bars, none }: Chart): Html {
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return html`<figure class="card chart" id="${id}" aria-labelledby="${id}-title">
    <figcaption><h2 id="${id}-title">${title}</h2><p class="chart-says">${summary}</p></figcaption>
    ${
      most === 0
        ? html`<p class="empty-card">${none}</p>`
        : html`<div class="chart-area"><p class="chart-top" aria-hidden="true">${top}</p>
      <svg viewBox="0 0 ${Math.max(bars.length, LEAST_PLACES)} ${HIGH}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title ${id}-desc"><desc id="${id}-desc">${summary}</desc>
        ${bars.map((bar, index) => columnOf(bar, index, most))}</svg>
      ${ends(bars)}</div>
    ${tableOf(id, bars)}`
    }</figure>`;
}

function ends(bars: readonly Bar[]): Html {
  const [first, last] = [bars[0]?.name, bars.at(-1)?.name];
  const isShort = bars.length < LEAST_PLACES;
  return html`<p class="chart-ends" aria-hidden="true"><span>${first}${isShort && first !== last && ` to ${last}`}</span>${!isShort && html`<span>${last}</span>`}</p>`;
}

function columnOf({ value, bad, words, name }: Bar, index: number, most: number): Html {
  const high = round((value / most) * HIGH);
  const badHigh = round((bad / most) * HIGH);
  const x = round(index + (1 - WIDE) / 2);
  const rect = (kind: string, y: number, height: number) =>
    height > 0 &&
    html`<rect class="bar is-${kind}" x="${x}" y="${round(y)}" width="${WIDE}" height="${height}"></rect>`;
  return html`<g><title>${name}: ${words}</title><rect class="bar-place" x="${index}" y="0" width="1" height="${HIGH}"></rect>${rect(
    'good',
    HIGH - high,
    round(high - badHigh),
  )}${rect('bad', HIGH - badHigh, badHigh)}</g>`;
}

/** The same for those who read it, without the spans in which nothing was. */
function tableOf(id: string, bars: readonly Bar[]): Html {
  const told = bars.filter(({ value }) => value > 0);
  return html`<details id="${id}-table"><summary>as a table</summary><table>
    <thead><tr><th scope="col">From (UTC)</th><th scope="col">What</th></tr></thead>
    <tbody>${told.map(({ name, words }) => html`<tr><th scope="row" class="num">${name}</th><td>${words}</td></tr>`)}</tbody></table></details>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
