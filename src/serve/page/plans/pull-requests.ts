/** The pull requests whose plans were shown, in a table. */

import { sayNames } from '../../../plan/fold-names.ts';
import { type Html, html } from '../html.ts';
import { commitLink, outLink } from '../names.ts';
import { fromNow } from '../time.ts';
import type { PullRequest } from './shown.ts';

/** Ranges of names in a row. */
const PIECES = 4;

export function pullRequestsView(list: readonly PullRequest[], now: number): Html {
  return html`<section class="card" id="pull-requests" aria-labelledby="pull-requests-title"><h2 id="pull-requests-title">Shown on pull requests</h2>
    ${list.length === 0 ? html`<p class="empty-card">No pull request has been planned yet.</p>` : table(list, now)}</section>`;
}

function table(list: readonly PullRequest[], now: number): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="pull-requests-title"><table class="stacks-up">
    <thead><tr><th scope="col">Pull request</th><th scope="col">Plan</th><th scope="col">Would destroy</th><th scope="col">Shown</th><th scope="col">Became</th></tr></thead>
    <tbody>${list.map(
      (one) => html`<tr><th scope="row">${outLink(one.url, `#${one.pullRequest}`)}</th>
      <td data-label="Plan"><code class="digest">${one.digest}</code><span class="note">${one.totals === '' ? 'nothing to do' : one.totals}</span></td>
      <td data-label="Would destroy"${one.destroys.length > 0 && html` class="tone-bad"`}>${one.destroys.length === 0 ? 'no disk' : sayNames(one.destroys, PIECES)}</td>
      <td data-label="Shown" class="num">${fromNow(one.shownAt, now)}</td>
      <td data-label="Became">${became(one, now)}</td></tr>`,
    )}</tbody></table></div>`;
}

function became({ broughtBy, broughtAt, differs }: PullRequest, now: number): Html {
  if (broughtBy === null || broughtAt === null) return html`<span class="soft">not in force</span>`;
  return html`${commitLink({ id: broughtBy })} <span class="since">${fromNow(broughtAt, now)}</span>${
    differs !== null && html`<span class="note tone-warn">${differs}</span>`
  }`;
}
