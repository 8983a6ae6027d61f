/** One node in the rack. The style sheet shows more or less of it, by how many there are. */

import type { NodeView } from '../../model/api.ts';
import { searchText } from './filter.ts';
import { type Html, html } from './html.ts';
import { phaseMark, powerMark } from './marks.ts';
import { fromNow } from './time.ts';
import { badgeWords, givesUp, needsApproval, saying } from './words.ts';

/** A list item; `now` in ms since the epoch. */
export function cell(node: NodeView, now: number, shown = true): Html {
  const { name, pool, phase, desired } = node;
  const said = saying(node);
  const isQuiet = said === '' && node.attempt === null;
  return html`<li class="cell in-${phase}${needsApproval(node) && ' wants-person'}" id="n-${name}" data-node="${name}" data-pool="${pool}"
    data-phase="${phase}" data-find="${searchText(node)}"${!shown && html` hidden`}>
    <a class="cell-link" href="/nodes/${encodeURIComponent(name)}">${phaseMark(phase)}
      ${nameOf(name)}
      <span class="phase">${phase}</span>
      ${powerMark(node)}</a>
    <div class="more">
      <p class="full" aria-hidden="true">${name}</p>
      <p class="wish">${desired.profile}<span class="gen"> · generation ${desired.generation}</span>${badges(node)}</p>
      ${said && html`<p class="waits">${said} ${givesUp(node, now)}</p>`}
      ${attempt(node)}
      ${isQuiet && html`<p class="quiet">${desired.address}${node.reportedAt !== null && html`<span>reported ${fromNow(node.reportedAt, now)}</span>`}</p>`}
    </div>
  </li>`;
}

/** The part before the last dash steps back, or goes where there is little room: `sip-`n01. */
function nameOf(name: string): Html {
  const cut = name.lastIndexOf('-') + 1;
  return html`<span class="name"><span class="pre">${name.slice(0, cut)}</span>${name.slice(cut)}</span>`;
}

/** Which attempt, and how far it is. */
export function attempt({ attempt: current, phase }: NodeView): Html | null {
  if (!current) return null;
  const { n, of, progress } = current;
  const percent = progress?.percent ?? null;
  return html`<div class="attempt">
    <span class="nth">attempt ${n} of ${of}</span>
    ${progress && html`<span class="step">${progress.step}${percent !== null && ` ${percent} %`}</span>`}
    ${
      phase === 'installing' &&
      html`<progress max="100"${percent !== null && html` value="${percent}"`} aria-label="progress of the install"></progress>`
    }
  </div>`;
}

/** What stands out about a node beside its phase. */
export function badges(node: NodeView): Html[] {
  return badgeWords(node).map(([word, tone]) => html` <span class="badge tone-${tone}">${word}</span>`);
}
