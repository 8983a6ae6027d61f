/** What the pages of one node share: their heading, and the way between them. */

import type { NodeView } from '../../../model/api.ts';
import { type Html, html } from '../html.ts';
import { phaseMark } from '../marks.ts';

/** It changes with the phase, so it is part of the fragment. */
export function storyHeading(node: NodeView): Html {
  return html`<h1 id="story-heading">${phaseMark(node.phase)} ${node.name} <span class="pool-of">pool ${node.pool}</span></h1>`;
}

const TABS = [
  ['', 'Story'],
  ['/files', 'Files'],
  ['/installer-log', 'Installer log'],
] as const;
type Tab = (typeof TABS)[number][0];

export function nodeHeading(node: NodeView, current: Tab): Html {
  const base = `/nodes/${encodeURIComponent(node.name)}`;
  return html`${storyHeading(node)}<nav class="tabs" aria-label="Pages of ${node.name}"><ul class="chips" role="list">${TABS.map(
    ([path, label]) =>
      html`<li><a class="chip" href="${base}${path}" aria-current="${path === current ? 'page' : 'false'}">${label}</a></li>`,
  )}</ul></nav>`;
}

export function noSuchNode(name: string | undefined): Html {
  return html`There is no node <code>${name}</code> in the commit in force. See what was: <code>barewright history</code>, or`;
}
