/** Nodes, counted by pool: each pool has every phase and power state, so that a series never comes and goes. */

import type { Gauge } from 'prom-client';
import type { Site } from '../../model/desired.ts';
import type { NodeState } from '../../model/node-state.ts';
import { PHASES, type PowerState } from '../../model/phase.ts';
import type { Action } from '../../model/plan.ts';

interface Gauges {
  nodes: Gauge<'pool' | 'phase'>;
  power: Gauge<'pool' | 'power'>;
  held: Gauge<'pool' | 'guard'>;
  unreachable: Gauge<'pool' | 'kind'>;
}

interface Known {
  journal: { state(node: string): NodeState | undefined };
  actions(node: string): Action[];
}

const POWER: readonly PowerState[] = ['on', 'off', 'unknown'];

export function countNodes(site: Site, { journal, actions }: Known, gauges: Gauges): void {
  for (const pool of site.pools.keys()) {
    for (const phase of PHASES) gauges.nodes.set({ pool, phase }, 0);
    for (const power of POWER) gauges.power.set({ pool, power }, 0);
  }
  for (const { name, pool } of site.nodes.values()) {
    const state = journal.state(name);
    if (!state) continue;
    gauges.nodes.inc({ pool, phase: state.phase });
    gauges.power.inc({ pool, power: state.power });
    if (state.bmc?.reachable === false) gauges.unreachable.inc({ pool, kind: state.bmc.kind ?? 'unknown' });
    if (!mayBeHeld(state)) continue;
    for (const guard of guardsOf(actions(name))) gauges.held.inc({ pool, guard });
  }
}

/** A plan looks at every node; for a count, those are enough that may wait for something. */
function mayBeHeld({ phase, want }: NodeState): boolean {
  return phase === 'held' || phase === 'stuck' || want !== null;
}

function guardsOf(actions: readonly Action[]): Set<string> {
  return new Set(actions.flatMap(({ hold }) => (hold ? [hold.guard] : [])));
}
