/** The rack: every node, by pool. */

import type { NodeView, StatusView } from '../../model/api.ts';
import { cell } from './cell.ts';
import { type Filter, filterLink, isShown } from './filter.ts';
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
  return html`<section id="rack" class="rack" data-density="${density(nodes.length)}" aria-labelledby="rack-title" tabindex="-1">
    <h2 id="rack-title" class="vh">Rack</h2>
    ${byPool(nodes).map(([pool, members]) => poolOf(pool, members, status.now, filter))}
    ${nodes.length === 0 && emptyRack(status)}
    <p id="none-shown" class="empty"${(shown > 0 || nodes.length === 0) && html` hidden`}>
      No node matches the filter. <a href="/">Show all ${nodes.length}</a></p>
  </section>`;
}

function poolOf(pool: string, members: readonly NodeView[], now: number, filter: Filter): Html {
  const cells = members.map((node) => ({ node, shown: isShown(node, filter) }));
  return html`<section class="pool" id="pool-${pool}" data-pool="${pool}" aria-labelledby="pool-title-${pool}"${
    !cells.some(({ shown }) => shown) && html` hidden`
  }>
    <h3 id="pool-title-${pool}">${pool} <span class="count">${count(members.length, 'node')}</span></h3>
    <ul class="cells" id="cells-${pool}" role="list">${cells.map(({ node, shown }) => cell(node, now, shown))}</ul>
  </section>`;
}

/** The pools as filters; nothing where there is only one. */
export function poolLinks(nodes: readonly NodeView[], filter: Filter): Html {
  const pools = byPool(nodes);
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

function byPool(nodes: readonly NodeView[]): [string, NodeView[]][] {
  return [...Map.groupBy(nodes, ({ pool }) => pool)];
}
