/** What a new commit means for the nodes' memory: the only place where a wish to reinstall is born (promise 2). */

import type { Commit, DesiredNode, Site } from '../model/desired.ts';
import type { InstallTarget, NewEvent } from '../model/event.ts';
import type { NodeState } from '../model/node-state.ts';
import type { SourceRef } from '../model/problem.ts';
import type { ShownPlan } from '../model/review.ts';
import { canCallBack, diskTouched, isNewWish } from '../model/wish.ts';
import { profileSource } from './causes.ts';

/** The commit, between the one in force and the next, that last touched a file. */
export type CauseOf = (source: SourceRef) => Commit;

export interface Step {
  next: Site;
  /** The site in force before it, which tells what moved a node; null where none is known. */
  previous: Site | null;
  causeOf: CauseOf;
  /** What the pull requests showed that the step comes from: what none of them did waits for a person. */
  shown: readonly ShownPlan[];
}

/**
 * Events that take the states from the commit in force to `next`. Pure; the same call serves the preview on a pull
 * request and the acceptance of the commit. A node seen for the first time is only *found*: nothing is wanted of it.
 */
export function transition(
  { next, previous, causeOf, shown }: Step,
  states: ReadonlyMap<string, NodeState>,
): NewEvent[] {
  const wishes: { node: DesiredNode; state: NodeState; change: string; source: SourceRef }[] = [];
  const events: NewEvent[] = [];
  const about = (node: string) => ({ node, commit: next.commit.id, actor: 'git' });

  for (const node of next.nodes.values()) {
    const state = states.get(node.name);
    if (!state) {
      const { profile, generation } = node;
      events.push({
        ...about(node.name),
        reason: 'NodeFound',
        message: `in the inventory as ${profile}, generation ${generation}`,
        data: { profile, generation },
      });
      continue;
    }
    const wish = wishFor(node, state, previous);
    if (wish && !carries(node, state)) {
      wishes.push({ node, state, ...wish });
    } else {
      events.push(...settleBaseline(node, state, about(node.name), causeOf));
      if (node.protected) events.push(...callBack(state, 'it is protected in Git now', about(node.name)));
    }
  }

  for (const { node, state, change, source } of wishes) {
    const target: InstallTarget = {
      profile: node.profile,
      generation: node.generation,
      commit: next.commit.id,
      asked: causeOf(source),
      cause: source,
      change,
      together: wishes.length,
      first: false,
      ...(wasShown(node.name, shown) ? {} : { notShownBy: shown.map(({ pullRequest }) => pullRequest) }),
    };
    events.push(...callBack(state, `Git asks for another install: ${change}`, about(node.name)), {
      ...about(node.name),
      reason: 'InstallWanted',
      message: `reinstall wanted: ${change} (${source.file}:${source.line}, ${target.asked.author})`,
      data: { target },
    });
  }

  for (const name of states.keys()) {
    if (next.nodes.has(name)) continue;
    events.push({
      ...about(name),
      reason: 'NodeReleased',
      message: 'no longer in the inventory: let go, its power and disk stay as they are',
      data: {},
    });
  }
  return events;
}

/** A step that no pull request brought was pushed by someone who needs to be shown nothing. */
function wasShown(node: string, shown: readonly ShownPlan[]): boolean {
  return shown.length === 0 || shown.some(({ destroys }) => destroys.includes(node));
}

/** A raise of the generation or a change of the profile's name against what Git said before. */
function wishFor(
  node: DesiredNode,
  { baseline }: NodeState,
  previous: Site | null,
): { change: string; source: SourceRef } | null {
  if (node.profile !== baseline.profile) {
    return { change: `profile ${baseline.profile} → ${node.profile}`, source: profileSource(node, previous) };
  }
  if (node.generation > baseline.generation) {
    return {
      change: `generation ${baseline.generation} → ${node.generation}`,
      source: node.sources.generation,
    };
  }
  return null;
}

/** The disk carries what is asked for already; an installer that had its answers would have cost it the record. */
function carries(node: DesiredNode, { record }: NodeState): boolean {
  return record?.profile === node.profile && record.generation === node.generation;
}

interface About {
  node: string;
  commit: string;
  actor: string;
}

/** Takes the installer away from an attempt whose machine has not had its answers yet; nothing otherwise. */
function callBack(state: NodeState, why: string, about: About): NewEvent[] {
  const { attempt } = state;
  if (!attempt || !canCallBack(state)) return [];
  const events: NewEvent[] = [
    {
      ...about,
      reason: 'Disarmed',
      message: `network boot disarmed: ${why}`,
      data: { installId: attempt.installId, why },
    },
  ];
  if (attempt.scriptAt !== null) {
    const lost = 'its installer was called back, so it waits for answers that never come';
    events.push({
      ...about,
      reason: 'CycleRequested',
      message: `power cycle asked for: ${lost}`,
      data: { why: lost },
    });
  }
  return events;
}

/**
 * Follows a lowered generation, and drops a wish that Git took back before any disk was touched for it. A disk that was
 * is written to its end; but a later wish that has not begun does not follow on it by itself, and on a disk that an
 * earlier install has cost, it is what Git says now that is installed.
 */
function settleBaseline(node: DesiredNode, state: NodeState, about: About, causeOf: CauseOf): NewEvent[] {
  const { baseline, want, attempt, record } = state;
  if (node.profile === baseline.profile && node.generation === baseline.generation) return [];
  const events: NewEvent[] = [
    {
      ...about,
      reason: 'BaselineMoved',
      message: `Git now says ${node.profile}, generation ${node.generation}; its disk stays as it is`,
      data: { profile: node.profile, generation: node.generation },
    },
  ];
  if (want && !diskTouched(state)) {
    const isCarried = attempt !== null && record?.installId === attempt.installId;
    const why = isCarried
      ? `the commit took "${want.change}" back; its disk carries it already, and stays as it is`
      : `the commit took "${want.change}" back before a disk was written`;
    events.push(...callBack(state, why, about), {
      ...about,
      reason: 'InstallUnwanted',
      message: `reinstall dropped: ${why}`,
      data: { why },
    });
  } else if (want && attempt && isNewWish(state)) {
    events.push(...wantInstead(node, state, want, attempt.target, about, causeOf));
  } else if (want && wasLostBefore(state)) {
    events.push(...wantLower(node, state, want, about, causeOf));
  }
  return events;
}

/**
 * The disk was lost to an install of before, and no installer of the one that is wanted now has had its answers. After a
 * failed attempt of its own it may carry what is wanted, and not have said so yet: then it is left as it is.
 */
function wasLostBefore({ attempt, failed }: NodeState): boolean {
  return attempt === null || (attempt.n === 1 && attempt.answersAt === null && !failed);
}

/** A disk that is lost has to be written; with what Git says now, as nothing of what it said before has begun on it. */
function wantLower(
  node: DesiredNode,
  state: NodeState,
  want: InstallTarget,
  about: About,
  causeOf: CauseOf,
): NewEvent[] {
  const { profile, generation } = node;
  const source = node.sources.generation;
  const change = `generation ${generation}, as its disk is lost already`;
  const [asked, commit] = [causeOf(source), about.commit];
  const target = { ...want, profile, generation, commit, asked, cause: source, change, together: 1 };
  const message = `reinstall wanted: ${change}, in place of "${want.change}", which the commit took back`;
  return [
    ...callBack(state, `the commit took "${want.change}" back`, about),
    { ...about, reason: 'InstallWanted', message, data: { target } },
  ];
}

/** What is still wanted of a disk that `begun` has touched, when Git takes back the wish that was to follow. */
function wantInstead(
  node: DesiredNode,
  state: NodeState,
  want: InstallTarget,
  begun: InstallTarget,
  about: About,
  causeOf: CauseOf,
): NewEvent[] {
  const left = wishFor(node, { ...state, baseline: begun }, null);
  if (!left) {
    const message = `reinstall dropped: the commit took "${want.change}" back; "${begun.change}" is brought to its end`;
    return [{ ...about, reason: 'InstallWanted', message, data: { target: { ...begun, together: 1 } } }];
  }
  const { change, source } = left;
  const { profile, generation } = node;
  const target = {
    ...want,
    profile,
    generation,
    commit: about.commit,
    asked: causeOf(source),
    cause: source,
    change,
  };
  const message = `reinstall wanted: ${change}, in place of ${want.change}`;
  return [{ ...about, reason: 'InstallWanted', message, data: { target } }];
}
