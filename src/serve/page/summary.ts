/** The site in a few lines: how many nodes are where, which commit is in force, how Git and the BMCs are. */

import type { GitView, StatusView } from '../../model/api.ts';
import { PHASES } from '../../model/phase.ts';
import { type Filter, filterLink } from './filter.ts';
import { type Html, html } from './html.ts';
import { phaseMark } from './marks.ts';
import { clockTime, fromNow } from './time.ts';
import { commitLine } from './words.ts';

/** The facts of the site, and the `banners` below them: they need someone. */
export function summary(status: StatusView, banners: readonly Html[]): Html {
  const { now, version, inForce, lastEventId } = status;
  return html`<div id="summary" data-now="${now}" data-version="${version}" data-last="${lastEventId}">
    <dl class="site-facts" id="site-facts">
      <div><dt>In force</dt><dd>${inForce ? commitLine(inForce, now) : 'no commit yet'}</dd></div>
      <div><dt>Git</dt><dd>${gitLine(status)}</dd></div>
      <div><dt>Power</dt><dd>${powerLine(status)}</dd></div>
    </dl>
    <div id="banners">${banners}</div>
  </div>`;
}

/** How many nodes there are, and in which phases; each phase is a filter. */
export function totals(status: StatusView, filter: Filter): Html {
  const present = PHASES.filter((phase) => status.phases[phase] > 0 || filter.phase === phase);
  return html`<div class="totals" id="totals">
    <p class="total" id="total"><strong>${status.nodes}</strong> ${status.nodes === 1 ? 'node' : 'nodes'}</p>
    <ul class="chips" id="phases" role="list" aria-label="Phases">${present.map((phase) => {
      const label = html`${phaseMark(phase)} <span class="n">${status.phases[phase]}</span> ${phase}`;
      return html`<li id="chip-phase-${phase}">${filterLink('phase', phase, filter, label)}</li>`;
    })}</ul>
  </div>`;
}

const GIT_WORDS: Record<GitView['state'], [tone: string, sign: string]> = {
  starting: ['busy', '…'],
  ok: ['good', '✓'],
  unreachable: ['warn', '!'],
  'bad-commit': ['bad', '✕'],
  unverified: ['bad', '✕'],
  rewritten: ['bad', '✕'],
};

function gitLine({ git, inForceSince, now }: StatusView): Html {
  const [tone, sign] = GIT_WORDS[git.state];
  const words = git.state === 'ok' ? 'up to date' : git.state.replace('-', ' ');
  const since = git.state === 'ok' ? (inForceSince ?? git.since) : git.since;
  return html`<span class="sign tone-${tone}" aria-hidden="true">${sign}</span> ${words}
    <span class="since">since ${git.state === 'ok' ? clockTime(since) : fromNow(since, now)}</span>`;
}

function powerLine({ power, sweep, now }: StatusView): Html {
  return html`<span class="dot power-on" aria-hidden="true"></span> ${power.on} on
    ${power.off > 0 && html`<span class="dot power-off" aria-hidden="true"></span> ${power.off} off`}
    ${power.unknown > 0 && html`<span class="dot power-unknown" aria-hidden="true"></span> ${power.unknown} unknown`}
    ${sweep.unreachable > 0 && html`<a class="tone-bad" id="unreachable" href="/?q=unreachable"><strong>${sweep.unreachable} unreachable</strong></a>`}
    <span class="since">${sweep.lastAt === null ? 'not swept yet' : html`swept ${fromNow(sweep.lastAt, now)}`}</span>`;
}
