/** The plan of a whole site: pure, the same on a pull request and at the apply (promise 1). */

import { createHash } from 'node:crypto';
import type { Commit, Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import { fold } from '../model/fold.ts';
import type { ImageKnowledge } from '../model/images.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';
import { type Action, EFFECTS, type Effect, type ImageAction, type Plan } from '../model/plan.ts';
import type { ShownPlan } from '../model/review.ts';
import { lookAround } from './around.ts';
import { judgeNode } from './judge.ts';
import { judgeImages } from './judge-images.ts';
import { beginInstall, tally } from './tallies.ts';
import { type CauseOf, transition } from './transition.ts';

export interface PlanInput {
  site: Site;
  /** The site in force before it; null in a plan of the commit in force itself. */
  previous: Site | null;
  /** The states as observed now, before `site` is accepted. */
  states: ReadonlyMap<string, NodeState>;
  now: number;
  causeOf: CauseOf;
  /** What is known of images; without it, the site before stands for what is there. */
  images?: ImageKnowledge | null;
  /** At the acceptance: what was shown of it before. */
  shown?: readonly ShownPlan[];
}

/**
 * Plans the step from `previous` (or from nothing new) to `site`.
 * Returns the plan and the events that accepting the commit will append, in the same order.
 */
export function makePlan(input: PlanInput): { plan: Plan; events: NewEvent[] } {
  const { site, previous, now, causeOf, images: knowledge = null, shown = [] } = input;
  const events = transition({ next: site, previous, causeOf, shown }, input.states);
  const states = new Map(input.states);
  for (const event of events) fold(states, { ...event, time: now });

  const tallies = tally(site, states);
  const around = lookAround(site, states, knowledge);
  const actions: Action[] = [];
  for (const node of site.nodes.values()) {
    const state = states.get(node.name);
    if (!state) continue;
    const here = { site, previous, tallies: () => tallies, around: () => around, now, causeOf };
    const judged = judgeNode(node, state, here);
    actions.push(...judged);
    const begins = judged[0]?.kind === 'install' && !judged[0].hold && !isBusy(state.phase);
    if (begins) beginInstall(tallies, node, state);
  }
  for (const event of events) {
    if (event.reason === 'NodeReleased') actions.push(released(event.node ?? '', previous, site.commit));
  }
  const images = judgeImages({ site, previous, knowledge, states, causeOf });
  return { plan: summarize(site.commit, actions, images, observedSince(site, input.states)), events };
}

function released(node: string, previous: Site | null, commit: Commit): Action {
  const before = previous?.nodes.get(node);
  return {
    node,
    pool: before?.pool ?? '',
    kind: 'release',
    effect: 'files',
    change: 'no longer in the inventory: let go; its power and disk stay as they are',
    cause: { source: before?.sources.node ?? null, commit },
    hold: null,
  };
}

function summarize(commit: Commit, actions: Action[], images: ImageAction[], since: number | null): Plan {
  const totals = Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as Record<Effect, number>;
  for (const action of actions) totals[action.effect] += 1;
  return {
    commit,
    actions,
    images,
    digest: digestOf(actions, images),
    totals,
    held: actions.filter((action) => action.hold !== null).length,
    observedSince: since,
  };
}

/**
 * First 12 hex digits of SHA-256 over which disks are destroyed, why, and what of that needs approval, and over which tags
 * are held: all that an approval can release. The rest is left out, so that the digest of a pull request is still the plan's after the merge, and so that
 * no node switched off by hand outdates an approval; so is the commit's name, which a forge changes when it merges.
 */
function digestOf(actions: readonly Action[], images: readonly ImageAction[]): string {
  const disks = actions
    .filter(({ effect }) => effect === 'DESTROYS DISK')
    .map(({ node, kind, change, hold }) => [node, kind, change, hold?.needsApproval ? hold.guard : null]);
  const tags = images.flatMap(({ repository, tag, kind, hold }) =>
    hold ? [[`${repository}:${tag}`, kind, hold.approval]] : [],
  );
  const lines = [...disks, ...tags].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 12);
}

function observedSince(site: Site, states: ReadonlyMap<string, NodeState>): number | null {
  let oldest: number | null = null;
  for (const name of site.nodes.keys()) {
    const at = states.get(name)?.powerAt ?? null;
    if (at !== null && (oldest === null || at < oldest)) oldest = at;
  }
  return oldest;
}
