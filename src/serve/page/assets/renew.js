/** Keeps a page true that has no fragments of its own: fetched as a whole after events, and swapped in part by part. */

import { swapPage } from './swap.js';
import { clockNow, setServerTime } from './times.js';

/** Events come in bursts; a page that is read must not flicker. */
const SOON = 800;
const SLOW = 60_000;

export function createRenewal(version) {
  let timer = null;
  let busy = false;
  let again = false;
  let heard = clockNow();

  setInterval(() => {
    if (!document.hidden) wake();
  }, SLOW);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) wake();
  });

  function wake() {
    heard = clockNow();
    if (busy) again = true;
    else if (timer === null) timer = setTimeout(bring, SOON);
  }

  async function bring() {
    timer = null;
    if (document.hidden) return;
    busy = true;
    await renew().catch(() => {});
    busy = false;
    if (again) {
      again = false;
      wake();
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

  return { wake, wakeAll: wake, lastWord: () => heard };
}
