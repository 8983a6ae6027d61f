/** The rack: every node, by pool or by rack. */

import { sortNatural } from '../../desired/natural-order.ts';
import type { NodeView, StatusView } from '../../model/api.ts';
import { cell } from './cell.ts';
import { type Filter, filterLink, hrefOf, isShown } from './filter.ts';
import { type Html, html } from './html.ts';
import { count } from './words.ts';

/** How much room each node gets, so that the whole site stays on one screen. */
function density(nodes: number): string {
  if (nodes <= 24) return 'roomy';
  if (nodes <= 48) return 'snug';
  return nodes <= 120 ? 'compact' : 'compact dense';
}

export function rack(nodes: readonly NodeView[], status: StatusView, filter: Filter): Html {
  const shown = nodes.filter((node) => isShown(node, filter)).length;
  return html`<section id="rack" class="rack" data-density="${density(nodes.length)}" data-by="${filter.by}" aria-labelledby="rack-title" tabindex="-1">
    <h2 id="rack-title" class="vh">Rack</h2>
    ${grouped(nodes, filter.by).map(([name, members]) => groupOf(name, members, status.now, filter))}
    ${nodes.length === 0 && emptyRack(status)}
    <p id="none-shown" class="empty"${(shown > 0 || nodes.length === 0) && html` hidden`}>
      No node matches the filter. <a href="/">Show all ${nodes.length}</a></p>
  </section>`;
}

function groupOf(name: string, members: readonly NodeView[], now: number, filter: Filter): Html {
  const cells = members.map((node) => ({ node, shown: isShown(node, filter) }));
  return html`<section class="pool" id="${filter.by}-${name}" aria-labelledby="${filter.by}-title-${name}"${
    !cells.some(({ shown }) => shown) && html` hidden`
  }>
    <h3 id="${filter.by}-title-${name}">${name === '' ? 'no rack' : name} <span class="count">${count(members.length, 'node')}</span></h3>
    <ul class="cells" id="cells-${name}" role="list">${cells.map(({ node, shown }) => cell(node, now, shown))}</ul>
  </section>`;
}

/** Nodes side by side as in their pools, or as in their racks; offered where a node says in which one it is. */
export function groupingLinks(nodes: readonly NodeView[], filter: Filter): Html {
  const links = (['pool', 'rack'] as const).map(
    (by) =>
      html`<li><a class="chip" href="${hrefOf({ ...filter, by })}" aria-current="${by === filter.by ? 'page' : 'false'}">by ${by}</a></li>`,
  );
  return html`<ul id="grouping" class="chips" role="list" aria-label="Grouping">${nodes.some(({ labels }) => labels['rack']) && links}</ul>`;
}

/** The pools as filters; nothing where there is only one. */
export function poolLinks(nodes: readonly NodeView[], filter: Filter): Html {
  const pools = grouped(nodes, 'pool');
  return html`<ul id="pools" class="chips" role="list" aria-label="Pools">${
    pools.length > 1 &&
    pools.map(([pool, { length }]) => {
      const label = html`${pool} <span class="n">${length}</span>`;
      return html`<li id="chip-pool-${pool}">${filterLink('pool', pool, filter, label)}</li>`;
    })
  }</ul>`;
}

function emptyRack({ inForce, git, bootUrl }: StatusView): Html {
  return inForce
    ? html`<p class="empty">The commit in force declares no node. Add one under <code>inventory/nodes/</code> and commit it;
        machines boot from ${bootUrl}.</p>`
    : html`<p class="empty">No commit is in force yet: ${git.message}.</p>`;
}

/** Pools as the inventory has them; racks by their names, and last what is in none. */
function grouped(nodes: readonly NodeView[], by: Filter['by']): [string, NodeView[]][] {
  if (by === 'pool') return [...Map.groupBy(nodes, ({ pool }) => pool)];
  const racks = sortNatural([...Map.groupBy(nodes, ({ labels }) => labels['rack'] ?? '')], ([name]) => name);
  return [...racks.filter(([name]) => name !== ''), ...racks.filter(([name]) => name === '')];
}
