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

/** Tallies that follow the states. */
export interface KeptTallies {
  readonly tallies: Tallies;
  /** To be called when a node's state has become another one. */
  recount(name: string): void;
}

/** What one node adds. */
interface Share {
  installs: 0 | 1;
  unavailable: 0 | 1;
}

const NOTHING: Share = { installs: 0, unavailable: 0 };

/** Counts what is in use. Nodes Git does not know are not counted. */
export function tally(site: Site, states: ReadonlyMap<string, NodeState>): Tallies {
  return keepTallies(site, states).tallies;
}

/** The same, kept: while thousands wait their turn, each event would else mean counting all of them again for each. */
export function keepTallies(site: Site, states: ReadonlyMap<string, NodeState>): KeptTallies {
  const tallies: Tallies = { installs: 0, unavailable: new Map(), size: new Map() };
  const shares = new Map<string, Share>();

  function recount(name: string): void {
    const node = site.nodes.get(name);
    if (!node) return;
    const before = shares.get(name) ?? NOTHING;
    const share = shareOf(node, states.get(name));
    shares.set(name, share);
    tallies.installs += share.installs - before.installs;
    const change = share.unavailable - before.unavailable;
    if (change !== 0) add(tallies.unavailable, node.pool, change);
  }

  for (const node of site.nodes.values()) {
    add(tallies.size, node.pool, 1);
    recount(node.name);
  }
  return { tallies, recount };
}

function shareOf(node: DesiredNode, state: NodeState | undefined): Share {
  if (!state) return NOTHING;
  return {
    installs: state.attempt && isBusy(state.phase) ? 1 : 0,
    unavailable: isUnavailable(node, state) ? 1 : 0,
  };
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
