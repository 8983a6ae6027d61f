/** Which fragments an event makes stale, and when they are fetched: soon, together, and never twice at once. */

import { swap } from './swap.js';
import { clockNow, setServerTime } from './times.js';

const SOON = 120;
/** Beyond this many nodes at once the whole rack is one request. */
const MANY = 16;
/** Sweeps leave no event when nothing changed; the summary still shows when the last one was. */
const SLOW = 60_000;
/** These change which nodes there are. */
const RESHAPING = new Set(['NodeFound', 'NodeReleased', 'CommitAccepted']);

export function createFragments({ kind, version, log, filter }) {
  const own = document.getElementById('log')?.dataset.node ?? null;
  const stale = { nodes: new Set(), rack: false, story: false, summary: false, log: false };
  let timer = null;
  let busy = false;
  let heard = clockNow();

  setInterval(() => {
    if (document.hidden || kind !== 'rack') return;
    stale.summary = true;
    soon();
  }, SLOW);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) wakeAll();
  });

  function wake({ node, reason }) {
    heard = clockNow();
    if (kind === 'node') {
      if (node !== own && reason !== 'CommitAccepted') return;
      stale.story = true;
      stale.log ||= node === own;
    } else if (kind === 'log') {
      stale.log = true;
    } else {
      stale.summary = true;
      stale.log = true;
      stale.rack ||= RESHAPING.has(reason);
      if (node !== null) stale.nodes.add(node);
    }
    soon();
  }

  function wakeAll() {
    stale.log = true;
    if (kind === 'node') stale.story = true;
    if (kind === 'rack') Object.assign(stale, { rack: true, summary: true });
    soon();
  }

  function soon() {
    if (timer === null && !busy) timer = setTimeout(bring, SOON);
  }

  async function bring() {
    timer = null;
    busy = true;
    const jobs = take().map((job) => job().catch(() => {}));
    await Promise.all(jobs);
    busy = false;
    if (stale.rack || stale.story || stale.summary || stale.log || stale.nodes.size > 0) soon();
  }

  /** Empties the list of what is stale into requests. */
  function take() {
    const names = [...stale.nodes];
    const jobs = [];
    if (stale.rack || names.length > MANY)
      jobs.push(() => put(`/fragments/rack?by=${document.getElementById('rack').dataset.by}`));
    else jobs.push(...names.map((name) => () => put(`/fragments/node/${encodeURIComponent(name)}`)));
    if (stale.summary) jobs.push(() => put('/fragments/summary'));
    if (stale.story) jobs.push(() => put(`/fragments/story/${encodeURIComponent(own)}`));
    if (stale.log) jobs.push(async () => log.add(await get(log.url())));
    stale.nodes.clear();
    Object.assign(stale, { rack: false, story: false, summary: false, log: false });
    return jobs;
  }

  async function put(url) {
    swap(await get(url), (fragment) => {
      const { now, version: running } = fragment.querySelector('[data-version]')?.dataset ?? {};
      if (now) setServerTime(Number(now));
      if (running && running !== version) location.reload();
      filter?.apply(fragment);
    });
    filter?.tidy();
    retitle();
  }

  /** Fails when the server does not answer with a fragment; what is shown then stays until it is back. */
  async function get(url) {
    const answer = await fetch(url, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    heard = clockNow();
    return answer.text();
  }

  function retitle() {
    const phase = document.querySelector('#headline .phase')?.textContent;
    if (phase) document.title = `${own}: ${phase}`;
  }

  return { wake, wakeAll, lastWord: () => heard };
}
