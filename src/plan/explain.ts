/** A node as a person wants to read it: what it waits for, until when, and what comes next. Pure. */

import type { NodeView } from '../model/api.ts';
import type { DesiredNode, Site } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import { patienceEnds } from '../model/patience.ts';
import type { Action } from '../model/plan.ts';
import { heldPower } from '../model/power-hold.ts';
import { waitsFor } from '../model/rung.ts';
import { conditionsOf } from './conditions.ts';

export function viewNode(
  site: Site,
  node: DesiredNode,
  state: NodeState,
  actions: Action[],
  powerAt: number | null,
  now: number,
): NodeView {
  const { attempt } = state;
  return {
    name: node.name,
    pool: node.pool,
    labels: node.labels,
    desired: {
      power: node.power,
      profile: node.profile,
      generation: node.generation,
      protected: node.protected?.reason ?? null,
      paused: node.paused,
      bmc: node.bmc?.url ?? null,
      mac: node.bootMac,
      address: node.bootAddress,
      firmware: node.firmware,
      source: `${node.sources.node.file}:${node.sources.node.line}`,
    },
    phase: state.phase,
    phaseSince: state.phaseSince,
    waitsFor: sentence(state, actions),
    deadline: isAwaited(state) ? patienceEnds(state, site.policy.reportInterval) : state.deadline,
    next: nextOf(site, node, state, actions),
    power: state.power,
    powerAt,
    bmc: state.bmc,
    attempt: attempt && {
      n: attempt.n,
      of: site.policy.attempts,
      startedAt: attempt.startedAt,
      target: attempt.target,
      progress: attempt.progress,
    },
    want: state.want,
    record: state.record,
    stacks: state.stacks,
    facts: state.facts,
    reportedAt: state.reportedAt,
    pause: state.pause,
    powerHold: heldPower(state, now),
    conditions: conditionsOf(node, state, actions, now),
    actions,
  };
}

/** Found, and so far nothing is known of its disk, nor asked of it. */
function isAwaited({ phase, known, want }: NodeState): boolean {
  return phase === 'found' && !known && want === null;
}

/** A settled node may still wait: for a power command to take effect, or for a guard on one. */
function sentence(state: NodeState, actions: readonly Action[]): string {
  if (isAwaited(state) && state.bmc?.reachable) return 'its own report';
  const said = waitsFor(state);
  if (said) return said;
  const power = actions.find(({ kind }) => kind === 'power-on' || kind === 'power-off');
  const first = power ?? actions.find(({ kind, hold }) => kind === 'configure' && hold);
  if (first?.hold) return `${first.change}: ${first.hold.why}`;
  if (!power) return '';
  return state.command ? `${power.change} to be confirmed (${state.command.op} sent)` : power.change;
}

function nextOf(site: Site, node: DesiredNode, state: NodeState, actions: readonly Action[]): string {
  const { phase, attempt, attemptsUsed } = state;
  const more = attemptsUsed < site.policy.attempts;
  const onDeadline = more
    ? `after that, attempt ${attemptsUsed + 1} of ${site.policy.attempts}`
    : 'after that it is stuck: the attempts are used up';
  switch (phase) {
    case 'found':
      return 'adopted as it is when it reports; otherwise held for approval';
    case 'held':
      return heldNext(node, actions);
    case 'arming':
    case 'booting':
    case 'installing':
    case 'restarting':
      return onDeadline;
    case 'configuring':
      return attempt ? 'then it is settled' : 'then it is settled again; its disk is not touched';
    case 'stuck':
      return `barewright retry ${node.name} tries again; a commit that raises its generation starts anew`;
    case 'settled':
      return actions.some(({ kind, hold }) => kind === 'install' && !hold) ? 'its reinstall begins' : '';
  }
}

function heldNext(node: DesiredNode, actions: readonly Action[]): string {
  const hold = actions.find(({ kind }) => kind === 'install')?.hold;
  if (!hold) return 'it goes on by itself';
  return hold.needsApproval
    ? `released by: barewright approve ${node.name}`
    : 'it goes on by itself when the guard lifts';
}
