/** The actions of a plan as a person reads them: nodes with the same change together, and the totals. Pure. */

import { type Action, type ActionKind, type Cause, EFFECTS, type Guard, type Plan } from '../model/plan.ts';
import { sayImageTotals } from './say-images.ts';

export interface Group {
  kind: ActionKind;
  effect: Action['effect'];
  change: string;
  /** In the plan's order. */
  nodes: string[];
  /** Each place and commit once. */
  causes: Cause[];
  /** The guard's sentence; where it speaks of several nodes, `NODE` stands for each one's name. */
  hold: { guard: Guard; why: string; needsApproval: boolean } | null;
}

/** Guards that lift by themselves, so that what they keep back happens without anyone's word. */
const QUEUES: ReadonlySet<Guard> = new Set([
  ...(['installs-at-once', 'unavailable-per-pool', 'power-unknown'] as const),
  ...(['window', 'dependency', 'canary'] as const),
]);

/** Kept back until a person or a commit lifts the guard. */
export function isHeld({ hold }: Pick<Group, 'hold'>): boolean {
  return hold !== null && !QUEUES.has(hold.guard);
}

/** The most costly first; in the order of their first nodes otherwise. */
export function groupActions(actions: readonly Action[]): Group[] {
  const groups = new Map<string, Group & { ownWhy: string }>();
  for (const { node, kind, effect, change, cause, hold } of actions) {
    const why = hold ? withoutName(hold.why, node) : '';
    const key = JSON.stringify([kind, effect, change, hold?.guard, why]);
    const group = groups.get(key);
    if (group) {
      group.nodes.push(node);
      if (!group.causes.some((known) => samePlace(known, cause))) group.causes.push(cause);
    } else {
      const { guard, needsApproval = false } = hold ?? {};
      groups.set(key, {
        ...{ kind, effect, change, nodes: [node], causes: [cause], ownWhy: hold?.why ?? '' },
        hold: guard ? { guard, why, needsApproval } : null,
      });
    }
  }
  return Array.from(groups.values(), ({ ownWhy, ...group }) =>
    group.hold && group.nodes.length === 1 ? { ...group, hold: { ...group.hold, why: ownWhy } } : group,
  ).sort((a, b) => EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect));
}

function withoutName(text: string, node: string): string {
  return text.replaceAll(/[\w-]+(?:\.[\w-]+)*/g, (word) => (word === node ? 'NODE' : word));
}

function samePlace(a: Cause, b: Cause): boolean {
  return (
    a.source?.file === b.source?.file && a.source?.line === b.source?.line && a.commit?.id === b.commit?.id
  );
}

/** What is counted, in the order it is said. */
const WORDS: readonly [kinds: ActionKind[], says: string][] = [
  [['install'], 'reinstall (DATA LOSS)'],
  [['power-on'], 'power on'],
  [['power-off'], 'power off'],
  [['configure'], 'configured in place'],
  [['files'], 'files only'],
  [['release'], 'let go'],
  [['find'], 'new'],
  [['outdated'], 'outdated'],
  [['drift'], 'drifted'],
  [['power-hold'], 'power held by hand'],
];

/** What is done to nodes, and to images; empty for nothing. */
export function sayTotals({ actions, images }: Pick<Plan, 'actions' | 'images'>): string {
  return [sayNodeTotals(actions), sayImageTotals(images)].filter((part) => part !== '').join('; ');
}

/** `3 reinstall (DATA LOSS), 12 power on, 40 files only; held: 2 reinstall (DATA LOSS)`. */
function sayNodeTotals(actions: readonly Action[]): string {
  const busy = new Set(actions.filter(({ effect }) => effect !== 'none' && effect !== 'files').map(nodeOf));
  const counted = actions.filter((action) => action.kind !== 'files' || !busy.has(action.node));
  const going = countKinds(counted.filter((action) => !isHeld(action)));
  const held = countKinds(counted.filter(isHeld));
  if (held === '') return going;
  return going === '' ? `held: ${held}` : `${going}; held: ${held}`;
}

function countKinds(actions: readonly Action[]): string {
  return WORDS.flatMap(([kinds, says]) => {
    const count = actions.filter(({ kind }) => kinds.includes(kind)).length;
    return count === 0 ? [] : [`${count} ${says}`];
  }).join(', ');
}

/** Nodes whose disks the plan destroys: of itself, and only when someone lifts a guard. */
export function dataLoss({ actions }: Pick<Plan, 'actions'>): { certain: string[]; held: string[] } {
  const installs = actions.filter(({ effect }) => effect === 'DESTROYS DISK');
  return {
    certain: installs.filter((action) => !isHeld(action)).map(nodeOf),
    held: installs.filter(isHeld).map(nodeOf),
  };
}

function nodeOf({ node }: Action): string {
  return node;
}

/** How a held group is let go, as commands; empty where its own sentence says it all. */
export function releaseOf({ hold, nodes }: Group, digest: string): string {
  const one = nodes.length === 1 ? nodes[0] : 'NODE';
  if (hold?.needsApproval)
    return `barewright approve ${digest} (all that is held), or barewright approve ${one}`;
  if (hold?.guard === 'paused') return `barewright resume ${one}, or take "paused" out by a commit`;
  if (hold?.guard === 'power-held') return `barewright power release ${one}`;
  if (hold?.guard === 'no-bmc') return 'give it a "bmc" by a commit';
  return '';
}
