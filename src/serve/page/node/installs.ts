/** The installs of a node: what asked for each, its attempts, how long each phase took, and how it ended. */

import type { PastAttempt, PastInstall } from '../../../model/timeline.ts';
import { sayLong } from '../durations.ts';
import { type Html, html } from '../html.ts';
import { commitLink } from '../names.ts';
import { fromNow } from '../time.ts';
import { count } from '../words.ts';
import { phaseBar } from './phase-bar.ts';

/** Older ones stand in the log and in the ledger. */
const AT_MOST = 5;

/** The newest first; nothing where none was ever begun. Takes them oldest first. */
export function installStory(installs: readonly PastInstall[], node: string, now: number): Html | null {
  if (installs.length === 0) return null;
  const shown = installs.slice(-AT_MOST).reverse();
  const left = installs.length - shown.length;
  return html`<section class="card" id="installs" aria-labelledby="installs-title"><h2 id="installs-title">Installs</h2>
    <ol class="installs" role="list">${shown.map((install) => installItem(install, now))}</ol>
    ${left > 0 && html`<p class="note"><a href="/log?node=${encodeURIComponent(node)}&amp;reason=AttemptStarted,InstallSettled">${count(left, 'older install')}</a></p>`}
  </section>`;
}

const TONES = { settled: 'good', stuck: 'bad', failed: 'bad', dropped: 'soft', 'under way': 'busy' } as const;

function installItem(
  { target, pullRequests, attempts, outcome, why, startedAt, endedAt }: PastInstall,
  now: number,
): Html {
  const { profile, generation, change, commit, asked } = target;
  const took =
    endedAt === null
      ? html`, since ${fromNow(startedAt, now)}`
      : html` after ${sayLong(endedAt - startedAt)}, ${fromNow(endedAt, now)}`;
  return html`<li class="install is-${outcome.replace(' ', '-')}">
    <p><strong>${profile}, generation ${generation}</strong> <span class="soft">${change}</span>
      ${commitLink({ id: commit })} <span class="by">${asked.author}${pullRequests.map((number) => ` #${number}`)}</span>
      <span class="tone-${TONES[outcome]}">${outcome}</span><span class="since">${took}</span></p>
    ${outcome === 'dropped' && why !== '' && html`<p class="soft">${why}</p>`}
    <ol class="tries" role="list">${attempts.map((attempt) => attemptItem(attempt, now))}</ol></li>`;
}

function attemptItem(attempt: PastAttempt, now: number): Html {
  const { n, outcome, why, startedAt, endedAt } = attempt;
  return html`<li class="try"><p class="try-head"><span>attempt ${n}</span> <span class="tone-${TONES[outcome]}">${outcome}</span>
      <span class="soft">${endedAt === null ? html`begun ${fromNow(startedAt, now)}` : `after ${sayLong(endedAt - startedAt)}`}</span></p>
    ${why !== '' && html`<p class="tone-bad">${why}</p>`}
    ${phaseBar(attempt, now)}</li>`;
}
