/** Names of nodes and commits as links. */

import type { Commit } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { type Html, html } from './html.ts';
import { shortId } from './words.ts';

/** More than these are folded into ranges, with the links behind a click. */
const SIDE_BY_SIDE = 6;
/** Ranges said before they are counted. */
const PIECES = 8;

export function nodeLink(name: string): Html {
  return html`<a href="/nodes/${encodeURIComponent(name)}">${name}</a>`;
}

/** In the order given. `id` must be unique in the page: what was opened stays open. */
export function nodeLinks(names: readonly string[], id: string): Html {
  if (names.length <= SIDE_BY_SIDE) return html`<span class="names">${joined(names)}</span>`;
  return html`<details class="names" id="${id}"><summary>${sayNames(names, PIECES)} <span class="count">${names.length}</span></summary>
    <p>${joined(names)}</p></details>`;
}

function joined(names: readonly string[]): Html {
  return html`${names.map((name, index) => html`${index > 0 && ', '}${nodeLink(name)}`)}`;
}

/** Leads to what the commit did. */
export function commitLink({ id }: Pick<Commit, 'id'>): Html {
  return html`<a href="/commits/${encodeURIComponent(id)}">${commitName(id)}</a>`;
}

/** Of a commit that there is nothing more to tell of. */
export function commitName(id: string): Html {
  return html`<code title="${id}">${shortId(id)}</code>`;
}

/** A link out of the site; the text alone where the address is none that a browser should follow. */
export function outLink(url: string, text: string): Html {
  return /^https?:\/\//i.test(url)
    ? html`<a href="${url}" rel="noreferrer external">${text}</a>`
    : html`${text}`;
}
