/** What became of each node of a rehearsal, from its events and its last state. Pure. */

import type { Site } from '../../model/desired.ts';
import type { Event } from '../../model/event.ts';
import type { NodeState } from '../../model/node-state.ts';
import { isBusy } from '../../model/phase.ts';
import type { Action, Plan } from '../../model/plan.ts';
import { isHeld } from '../../plan/group.ts';

export type OutcomeKind =
  | 'installed'
  | 'configured'
  | 'switched'
  | 'unchanged'
  | 'released'
  /** A guard keeps it back, as the plan said. */
  | 'held'
  /** A guard keeps it back, and the plan did not say so. */
  | 'halted'
  | 'stuck'
  | 'unfinished';

export interface Outcome {
  node: string;
  kind: OutcomeKind;
  /** Why, or what; empty where the kind says it all. */
  text: string;
  /** Of installs; the failed ones count. */
  attempts: number;
  /** When its install or configuration was done, ms of the rack's time since the commit came into force. */
  at: number | null;
  /** How long that took, likewise. */
  took: number | null;
}

export interface Ended {
  site: Site;
  states: ReadonlyMap<string, NodeState>;
  /** Since the commit came into force, oldest first. */
  events: readonly Event[];
  /** As it was shown before, and as it is at the end. */
  planned: Plan;
  now: Plan;
  /** Of the first event, ms since the epoch. */
  start: number;
  speed: number;
}

/** Which kinds are not as anyone wishes. */
const FAILED: ReadonlySet<OutcomeKind> = new Set(['halted', 'stuck', 'unfinished']);

export function isFailure({ kind }: Pick<Outcome, 'kind'>): boolean {
  return FAILED.has(kind);
}

/** Nothing of a rehearsal lifts it: it takes a person or a commit, or an hour that does not come there. */
function stays(action: Action): boolean {
  return isHeld(action) || action.hold?.guard === 'window';
}

/** An action that is still to come, and that no guard keeps back to the end. */
export function isDue(action: Action, state: NodeState | undefined): boolean {
  if (action.effect === 'none' || action.effect === 'files' || stays(action)) return false;
  // The stacks of a machine that is off are applied when it is on again.
  return action.kind !== 'configure' || state?.power === 'on';
}

export function outcomesOf(ended: Ended): Outcome[] {
  const byNode = new Map<string, Event[]>();
  for (const event of ended.events) {
    if (event.node === null) continue;
    const list = byNode.get(event.node) ?? [];
    list.push(event);
    byNode.set(event.node, list);
  }
  const gone = ended.planned.actions.flatMap(({ kind, node }) => (kind === 'release' ? [node] : []));
  return [
    ...Array.from(ended.site.nodes.keys(), (name) => outcomeOf(name, byNode.get(name) ?? [], ended)),
    ...gone.map((node) => ({ node, kind: 'released' as const, text: '', attempts: 0, at: null, took: null })),
  ];
}

function outcomeOf(name: string, events: readonly Event[], ended: Ended): Outcome {
  const state = ended.states.get(name);
  const attempts = events.filter(({ reason }) => reason === 'AttemptStarted').length;
  const none = { node: name, attempts, at: null, took: null };
  if (!state) return { ...none, kind: 'unfinished', text: 'it was never seen' };
  if (state.phase === 'stuck') return { ...none, kind: 'stuck', text: state.stuck ?? state.waitingFor };
  const actions = ended.now.actions.filter(({ node }) => node === name);
  if (isBusy(state.phase) || state.phase === 'found' || actions.some((action) => isDue(action, state))) {
    return { ...none, kind: 'unfinished', text: `${state.phase}: ${state.waitingFor || actions[0]?.change}` };
  }
  const held = actions.find((action) => stays(action) && action.effect !== 'none');
  if (held) return { ...none, kind: wasPlanned(held, ended) ? 'held' : 'halted', text: held.hold?.why ?? '' };
  return done(name, events, ended, attempts);
}

/** A new node is held by nobody's fault: the plan says that it may be. */
function wasPlanned({ node, kind }: Action, { planned }: Ended): boolean {
  const before = planned.actions.filter((action) => action.node === node);
  return before.some((action) => action.kind === 'find' || (action.kind === kind && stays(action)));
}

function done(name: string, events: readonly Event[], { start, speed }: Ended, attempts: number): Outcome {
  const since = (time: number): number => (time - start) * speed;
  const installed = events.findLast((event) => event.reason === 'InstallSettled');
  if (installed) {
    const begun = events.findLast(({ reason }) => reason === 'AttemptStarted')?.time ?? start;
    const took = (installed.time - begun) * speed;
    return { node: name, kind: 'installed', text: '', attempts, at: since(installed.time), took };
  }
  const entered = events.flatMap((event) => (event.reason === 'PhaseEntered' ? [event] : []));
  const applied = entered.findLast(({ data }) => data.from === 'configuring' && data.phase === 'settled');
  if (applied) {
    const begun = entered.findLast(({ data }) => data.phase === 'configuring')?.time ?? start;
    const took = (applied.time - begun) * speed;
    return { node: name, kind: 'configured', text: '', attempts, at: since(applied.time), took };
  }
  const power = events.findLast((event) => event.reason === 'PowerResult');
  if (power?.reason === 'PowerResult') {
    const text = power.data.op === 'on' ? 'on' : 'off';
    return { node: name, kind: 'switched', text, attempts, at: since(power.time), took: null };
  }
  return { node: name, kind: 'unchanged', text: '', attempts, at: null, took: null };
}
