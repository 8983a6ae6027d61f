/** Steps between commits as the plan's tests take them: a preview, and the same step accepted. */

import type { Site } from '../../src/model/desired.ts';
import { fold } from '../../src/model/fold.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import type { Action, Plan } from '../../src/model/plan.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import type { NodeBuilder } from '../builders/node.ts';
import { aSite } from '../builders/node.ts';
import type { StateBuilder } from '../builders/state.ts';
import { aState } from '../builders/state.ts';

export const NOW = T0 + 60_000;

export function statesOf(...states: (StateBuilder | NodeState)[]): Map<string, NodeState> {
  return new Map(
    states.map((state) => {
      const built = 'build' in state ? state.build() : state;
      return [built.name, built];
    }),
  );
}

/** A settled node, powered on, that carries what its baseline says. */
export function settled(name: string, profile = 'base', generation = 1): StateBuilder {
  return aState(name).installed(profile, generation).settled().power('on');
}

export function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `n${i + 1}`);
}

/** A site of these nodes at another commit than `abc`. */
export function nextSite(nodes: readonly NodeBuilder[], change: Parameters<typeof aSite>[1] = {}): Site {
  return aSite(nodes, { commit: aCommit('def'), ...change });
}

/** The step from `previous` to `site` as a pull request shows it. */
export function preview(
  site: Site,
  states: ReadonlyMap<string, NodeState>,
  previous: Site | null = null,
  now = NOW,
) {
  return makePlan({ site, previous, states, now, causeOf: () => site.commit });
}

/** The plan of the commit in force. */
export function planOf(site: Site, states: ReadonlyMap<string, NodeState>, now = NOW): Plan {
  return makePlan({ site, previous: null, states, now, causeOf: () => site.commit }).plan;
}

/** The states after the step was accepted. */
export function accepted(
  site: Site,
  states: ReadonlyMap<string, NodeState>,
  now = NOW,
): Map<string, NodeState> {
  const after = new Map(states);
  for (const event of preview(site, states).events) fold(after, { ...event, time: now });
  return after;
}

export function destroying({ actions }: Pick<Plan, 'actions'>): Action[] {
  return actions.filter(({ effect }) => effect === 'DESTROYS DISK');
}

/** `n1 held by protected`, `n2 now`: what becomes of the disks. */
export function fates(plan: Pick<Plan, 'actions'>): string[] {
  return destroying(plan).map(({ node, hold }) => (hold ? `${node} held by ${hold.guard}` : `${node} now`));
}
