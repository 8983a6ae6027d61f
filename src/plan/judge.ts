/** What one node needs, as actions with cause, effect and guard. The same call makes the plan and admits the act. */

import type { Commit, DesiredNode, Site } from '../model/desired.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import type { Action, ActionKind, Cause, Effect, Hold } from '../model/plan.ts';
import { heldPower, sayPowerHold } from '../model/power-hold.ts';
import type { SourceRef } from '../model/problem.ts';
import { isNewWish, needless } from '../model/wish.ts';
import type { Around } from './around.ts';
import { configurationSource } from './causes.ts';
import { holdConfiguration, holdInstall, holdPower, pausedHold } from './guards.ts';
import { lacksConfiguration } from './readiness.ts';
import type { Tallies } from './tallies.ts';
import type { CauseOf } from './transition.ts';

export interface JudgeInput {
  site: Site;
  /** The site before this step; null in a plan of the commit in force. */
  previous: Site | null;
  tallies: () => Tallies;
  around: () => Around;
  now: number;
  causeOf: CauseOf;
}

/** The actions of one node, the most costly first. Empty when it is as declared. */
export function judgeNode(node: DesiredNode, state: NodeState, input: JudgeInput): Action[] {
  const act = (
    kind: ActionKind,
    effect: Effect,
    change: string,
    cause: Cause,
    hold: Hold | null = null,
  ): Action => ({ node: node.name, pool: node.pool, kind, effect, change, cause, hold });

  if (isBusy(state.phase) && !isNewWish(state)) return [];
  const install = judgeInstall(node, state, input, act);
  // An install that begins sees to the power itself; while a guard keeps it back, the node is kept as declared.
  if (install && (!install.hold || isBusy(state.phase))) return [install, ...judgeFiles(node, input, act)];
  const power = [...judgePower(node, state, input, act), ...judgePowerHold(node, state, input, act)];
  if (install) return [install, ...power, ...judgeFiles(node, input, act)];
  return [
    ...power,
    ...judgeFind(node, state, input, act),
    ...judgeConfiguration(node, state, input, act),
    ...judgeFiles(node, input, act),
    ...judgeRecord(node, state, act),
  ];
}

type Act = (kind: ActionKind, effect: Effect, change: string, cause: Cause, hold?: Hold | null) => Action;

function judgeInstall(node: DesiredNode, state: NodeState, input: JudgeInput, act: Act): Action | null {
  if (state.want && needless(state) === null) {
    const { change, cause, asked } = state.want;
    const hold = holdInstall({ ...input, node, state });
    return act('install', 'DESTROYS DISK', change, { source: cause, commit: asked }, hold);
  }
  if (state.known) return null;
  const cause = { source: node.sources.node, commit: null };
  if (state.phase === 'held') {
    const hold = holdInstall({ ...input, node, state });
    return act('install', 'DESTROYS DISK', `first install of ${node.profile}`, cause, hold);
  }
  return null;
}

function judgeFind(
  node: DesiredNode,
  state: NodeState,
  { previous, causeOf }: JudgeInput,
  act: Act,
): Action[] {
  if (state.known || state.phase === 'held') return [];
  const source = node.sources.node;
  const cause = { source, commit: previous ? causeOf(source) : null };
  return [act('find', 'none', 'new: adopted as it is when it reports, held otherwise', cause)];
}

function judgePower(node: DesiredNode, state: NodeState, input: JudgeInput, act: Act): Action[] {
  const { site, previous, now } = input;
  // Without a BMC the last reading may be of a machine long gone, and there is nobody to tell.
  const held = heldPower(state, now);
  const wish = held?.state ?? node.power;
  if (!node.bmc || wish === 'unmanaged') return [];
  if (state.power === 'unknown' || state.power === wish) return [];
  const change = `power ${state.power} → ${wish}`;
  if (held) {
    const cause = { source: null, commit: null };
    return [act(OPS[held.state], 'power', change, cause, pausedHold(node, state, now))];
  }
  const changed = previous?.nodes.get(node.name)?.power !== node.power;
  const cause =
    changed && previous ? causeAt(node.sources.power, input) : { source: node.sources.power, commit: null };
  if (site.policy.power === 'report')
    return [act('drift', 'none', `${change} (policy.power is report)`, cause)];
  return [act(OPS[wish], 'power', change, cause, holdPower({ ...input, node, state }))];
}

const OPS = { on: 'power-on', off: 'power-off' } as const;

/** Said for as long as it lasts, also where it changes nothing. */
function judgePowerHold(node: DesiredNode, state: NodeState, { now }: JudgeInput, act: Act): Action[] {
  const held = heldPower(state, now);
  if (!held) return [];
  const git = node.power === 'unmanaged' ? 'leaves its power alone' : `says ${node.power}`;
  const change = `power ${sayPowerHold(held)}; Git ${git}`;
  return [act('power-hold', 'none', change, { source: node.sources.power, commit: null })];
}

function judgeConfiguration(node: DesiredNode, state: NodeState, input: JudgeInput, act: Act): Action[] {
  // That it carries another profile is said as such.
  if (!lacksConfiguration(node, state)) return [];
  const before = input.previous?.nodes.get(node.name);
  const source = configurationSource(node, input.previous, input.site);
  const commit: Commit | null =
    before && before.configDigest !== node.configDigest ? input.causeOf(source) : null;
  return [
    act(
      'configure',
      'in-place',
      `stacks of ${node.profile} applied again`,
      { source, commit },
      holdConfiguration({ ...input, node, state }),
    ),
  ];
}

function judgeFiles(node: DesiredNode, input: JudgeInput, act: Act): Action[] {
  const before = input.previous?.nodes.get(node.name);
  if (!before || bootText(before) === bootText(node)) return [];
  return [act('files', 'files', 'DHCP and boot entries rewritten', causeAt(node.sources.node, input))];
}

function judgeRecord(node: DesiredNode, { record }: NodeState, act: Act): Action[] {
  if (!record) return [];
  const cause = { source: node.sources.generation, commit: null };
  if (record.profile !== node.profile || record.generation !== node.generation) {
    const carried = `${record.profile} generation ${record.generation}`;
    return [
      act(
        'outdated',
        'none',
        `carries ${carried}, Git says ${node.profile} generation ${node.generation}; raise the generation to reinstall`,
        cause,
      ),
    ];
  }
  if (record.installDigest === node.installDigest) return [];
  return [
    act(
      'outdated',
      'none',
      `installed from an older ${node.profile}; raise the generation to reinstall`,
      cause,
    ),
  ];
}

function causeAt(source: SourceRef, input: JudgeInput): Cause {
  return { source, commit: input.causeOf(source) };
}

/** What DHCP and the boot server say about a node. */
function bootText({ bootMac, bootAddress, firmware, bootLoader, interfaces }: DesiredNode): string {
  return JSON.stringify([bootMac, bootAddress, firmware, bootLoader, interfaces]);
}
