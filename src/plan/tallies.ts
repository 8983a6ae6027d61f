/** How much of the policy's caps is in use. Pure. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';

/** How much of the allowance is used at this moment. */
export interface Tallies {
  installs: number;
  /** By pool: nodes that are, or may be, out of service. */
  unavailable: Map<string, number>;
  /** By pool: all its nodes. */
  size: Map<string, number>;
}

/** Counts what is in use. Nodes Git does not know are not counted. */
export function tally(site: Site, states: ReadonlyMap<string, NodeState>): Tallies {
  const tallies: Tallies = { installs: 0, unavailable: new Map(), size: new Map() };
  for (const node of site.nodes.values()) {
    add(tallies.size, node.pool, 1);
    const state = states.get(node.name);
    if (!state) continue;
    if (state.attempt && isBusy(state.phase)) tallies.installs += 1;
    if (isUnavailable(node, state)) add(tallies.unavailable, node.pool, 1);
  }
  return tallies;
}

/** Out of service, or not known to be in service, although Git wants it on. */
export function isUnavailable(node: DesiredNode, state: NodeState): boolean {
  if (isBusy(state.phase) || state.phase === 'stuck') return true;
  return node.power === 'on' && state.power !== 'on';
}

/** Counts one more install as begun, so that the next node of the same plan sees it. */
export function beginInstall(tallies: Tallies, node: DesiredNode, state: NodeState): void {
  tallies.installs += 1;
  if (!isUnavailable(node, state)) add(tallies.unavailable, node.pool, 1);
}

/** A percentage is rounded down, but never below one. */
export function allowance(cap: number | `${number}%`, size: number): number {
  return typeof cap === 'number' ? cap : Math.max(1, Math.floor((size * Number.parseFloat(cap)) / 100));
}

function add(map: Map<string, number>, key: string, n: number): void {
  map.set(key, (map.get(key) ?? 0) + n);
}
