/** The first page: the site in a few lines, the rack, and the log beside it. */

import type { NodeView, StatusView } from '../../model/api.ts';
import type { Event } from '../../model/event.ts';
import { type Filter, isShown } from './filter.ts';
import { type Html, html } from './html.ts';
import { log } from './log.ts';
import { groupingLinks, poolLinks, rack } from './rack.ts';

export interface Home {
  status: StatusView;
  nodes: readonly NodeView[];
  events: readonly Event[];
  filter: Filter;
  /** Made by `summary`. */
  summary: Html;
}

export function home({ status, nodes, events, filter, summary }: Home): Html {
  return html`${summary}
  <div class="work">
    <div class="rack-side">
      ${filterBar(nodes, filter)}
      ${rack(nodes, status, filter)}
    </div>
    ${log(events, 'Reconcile log', { now: status.now })}
  </div>`;
}

/** The text field works with JavaScript only, so the script brings it out; the links work always. */
function filterBar(nodes: readonly NodeView[], filter: Filter): Html {
  const shown = nodes.filter((node) => isShown(node, filter)).length;
  return html`<search class="filter" id="filter">
    <label id="find-field" hidden><span class="vh">Filter by name, profile, label, address</span>
      <input id="find" type="search" placeholder="filter: name, profile, label …" autocomplete="off" spellcheck="false" value="${filter.text}"></label>
    ${poolLinks(nodes, filter)}${groupingLinks(nodes, filter)}
    <p class="shown" id="shown" role="status"${shown === nodes.length && html` hidden`}>${shown} of ${nodes.length} shown</p>
  </search>`;
}
