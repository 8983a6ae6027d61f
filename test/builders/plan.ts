/** Builders of actions and plans, for what prints them. */

import { type Action, EFFECTS, type Effect, type Guard, type Plan } from '../../src/model/plan.ts';
import { aCommit, T0 } from './commit.ts';

const RAISE = aCommit('1a2b3c4d5e6f', { subject: 'Reinstall the proxies' });

/** `anAction('sip-n01')`: a reinstall that a commit asks for. */
export function anAction(node: string, change: Partial<Action> = {}): Action {
  return {
    node,
    pool: 'sip',
    kind: 'install',
    effect: 'DESTROYS DISK',
    change: 'generation 1 → 2',
    cause: { source: { file: `inventory/nodes/${node}.yaml`, line: 6, column: 3 }, commit: RAISE },
    hold: null,
    ...change,
  };
}

/** `held(action, 'unknown-install', 'why', true)`. */
export function held(action: Action, guard: Guard, why: string, needsApproval = false): Action {
  return { ...action, hold: { guard, why, needsApproval } };
}

export function aPlan(actions: Action[], change: Partial<Plan> = {}): Plan {
  const totals = Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as Record<Effect, number>;
  for (const { effect } of actions) totals[effect] += 1;
  return {
    commit: RAISE,
    actions,
    images: [],
    digest: '0123456789ab',
    totals,
    held: actions.filter(({ hold }) => hold !== null).length,
    observedSince: T0 - 12_000,
    ...change,
  };
}

/** `names('sip-n', 3)`: `sip-n01`, `sip-n02`, `sip-n03`. */
export function names(prefix: string, count: number, width = 2): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(width, '0')}`);
}
