/** Relative times are kept right; clock times are turned into the reader's own zone. */

import { relative } from './relative.js';

const TICK = 1_000;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
/** Swedish writes dates as ISO 8601 does. */
const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** The server's clock minus this one's, ms. */
let offset = 0;

/** `serverNow`: the server's time when it rendered the page. */
export function startTimes(serverNow) {
  setServerTime(serverNow);
  const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' })
    .formatToParts()
    .find(({ type }) => type === 'timeZoneName')?.value;
  for (const name of document.querySelectorAll('.zone-name')) name.textContent = zone ?? 'local time';
  refreshTimes(document);
  setInterval(() => refreshTimes(document), TICK);
}

/** Small differences are the way here, not the clock; they would make times jump. */
export function setServerTime(serverNow) {
  const difference = serverNow - Date.now();
  offset = Math.abs(difference) < 3_000 ? 0 : difference;
}

/** Brings every time below `root` up to date. */
export function refreshTimes(root) {
  const now = Date.now() + offset;
  for (const time of root.querySelectorAll('time.rel'))
    setText(time, relative(Date.parse(time.dateTime) - now));
  for (const time of root.querySelectorAll('time')) localise(time);
}

/** The clock time of this moment, as the log shows times. */
export function clockNow() {
  return clock.format(new Date());
}

function localise(time) {
  const title = full.format(new Date(time.dateTime));
  if (time.title === title) return;
  time.title = title;
  if (time.classList.contains('clock')) setText(time, clock.format(new Date(time.dateTime)));
  if (time.classList.contains('day')) {
    const text = day.format(new Date(time.dateTime));
    setText(time, time.classList.contains('of-year') ? text.slice('2026-'.length) : text);
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
