/** Keeps a page true that has no fragments of its own: fetched as a whole after events, and swapped in part by part. */

import { swapPage } from './swap.js';
import { clockNow, setServerTime } from './times.js';

/** Events come in bursts; a page that is read must not flicker. */
const SOON = 800;
/** A page that takes the daemon long is asked for less often. */
const REST = 10;
const SLOW = 60_000;

/** `reasons`: of the events that change what it shows, with spaces between; all where there is none. */
export function createRenewal(version, reasons) {
  const known = reasons ? new Set(reasons.split(' ')) : null;
  let pause = SOON;
  let timer = null;
  let busy = false;
  let again = false;
  let heard = clockNow();

  setInterval(() => {
    if (!document.hidden) wakeAll();
  }, SLOW);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) wakeAll();
  });

  function wake({ reason }) {
    heard = clockNow();
    if (known === null || known.has(reason)) wakeAll();
  }

  function wakeAll() {
    if (busy) again = true;
    else if (timer === null) timer = setTimeout(bring, pause);
  }

  async function bring() {
    timer = null;
    if (document.hidden) return;
    busy = true;
    const begun = performance.now();
    await renew().catch(() => {});
    pause = Math.max(SOON, REST * (performance.now() - begun));
    busy = false;
    if (again) {
      again = false;
      wakeAll();
    }
  }

  /** Fails when the server does not answer with the page; what is shown then stays until it is back. */
  async function renew() {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const { now, version: running } = fresh.body.dataset;
    if (running !== version) return location.reload();
    setServerTime(Number(now));
    swapPage(fresh);
    heard = clockNow();
  }

  return { wake, wakeAll, lastWord: () => heard };
}
