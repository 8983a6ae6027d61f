/** Times in a page: right when it is rendered, and kept right by the page where there is JavaScript. */

import { relative } from './assets/relative.js';
import { type Html, html } from './html.ts';

/** `5 min ago`, `in 3 min`; times in ms since the epoch. */
export function fromNow(time: number, now: number): Html {
  const iso = isoOf(time);
  return html`<time class="rel" datetime="${iso}" title="${sayUtc(iso)}">${relative(time - now)}</time>`;
}

/** The clock time, `14:02:11`; UTC until the page turns it into the reader's own zone. */
export function clockTime(time: number): Html {
  const iso = isoOf(time);
  return html`<time class="clock" datetime="${iso}" title="${sayUtc(iso)}">${iso.slice(11, 19)}</time>`;
}

/** Day and minute, `2026-06-01 14:02`; UTC until the page turns it into the reader's own zone. */
export function clockDay(time: number): Html {
  const iso = isoOf(time);
  return html`<time class="day" datetime="${iso}" title="${sayUtc(iso)}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time>`;
}

/** The clock time is enough for so long. */
const RECENT = 12 * 3_600_000;

/** The clock time; of another day `05-28 14:02`, and of another year the whole date. */
export function stamp(time: number, now: number): Html {
  if (Math.abs(now - time) < RECENT) return clockTime(time);
  const iso = isoOf(time);
  if (iso.slice(0, 4) !== isoOf(now).slice(0, 4)) return clockDay(time);
  return html`<time class="day of-year" datetime="${iso}" title="${sayUtc(iso)}">${iso.slice(5, 10)} ${iso.slice(11, 16)}</time>`;
}

function isoOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function sayUtc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
