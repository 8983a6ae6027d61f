/** `Barewright-Approve: DIGEST` in a commit's message: what a signed word on a plan lets go, or why it does not count. Pure. */

import type { Commit, Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { NodeState } from '../model/node-state.ts';
import type { Plan } from '../model/plan.ts';
import type { Signer, TrailerFault } from '../model/signer.ts';
import { shortCommit } from '../plan/say-age.ts';
import { approvePlan } from './approval-events.ts';

export const APPROVE = 'Barewright-Approve';

/** A trailer of a commit on the way to the head. */
export interface Trailer {
  commit: Commit;
  digest: string;
  /** Who signed it; or why nobody that counts has. */
  by: { ok: true; signer: Signer } | { ok: false; fault: TrailerFault; why: string };
}

interface Step {
  site: Site;
  plan: Plan;
  /** That the acceptance appends before. */
  events: readonly NewEvent[];
  /** Before the acceptance. */
  states: ReadonlyMap<string, NodeState>;
  trailers: readonly Trailer[];
  /** ms since the epoch. */
  now: number;
}

/** To be appended with the acceptance, after its events: the plan is the one that was made for it (promise 1). */
export function trailerEvents({ site, plan, events, states, trailers, now }: Step): NewEvent[] {
  const isWanted = (node: string) => wantAfter(events, node) ?? states.get(node)?.want != null;
  const said: NewEvent[] = [];
  let isApproved = false;
  for (const trailer of trailers) {
    const { commit, digest, by } = trailer;
    if (!by.ok) said.push(ignored(trailer, plan, by.fault, by.why));
    else if (now - commit.time > site.policy.approvalExpiry)
      said.push(ignored(trailer, plan, 'expired', 'the commit is older than policy.approvalExpiry'));
    else if (digest !== plan.digest) said.push(ignored(trailer, plan, 'outdated', sayOutdated(plan.digest)));
    else if (!isApproved) {
      const why = `${APPROVE} in commit ${shortCommit(commit.id)}, signed with ${by.signer.key} (${by.signer.fingerprint})`;
      const approval = approvePlan(site, plan, isWanted, { actor: by.signer.identity, why });
      isApproved = approval !== null;
      if (approval) said.push(...approval.events);
      else said.push(ignored(trailer, plan, 'nothing-held', 'that plan holds nothing for approval'));
    }
  }
  return said;
}

/** Whether an install is wanted of the node after these events; null where they do not say. */
function wantAfter(events: readonly NewEvent[], node: string): boolean | null {
  const last = events.findLast(
    (event) =>
      event.node === node && (event.reason === 'InstallWanted' || event.reason === 'InstallUnwanted'),
  );
  return last ? last.reason === 'InstallWanted' : null;
}

function sayOutdated(digest: string): string {
  return `the plan is ${digest} now: look at it (barewright plan) and approve that one`;
}

function ignored({ commit, digest }: Trailer, plan: Plan, fault: TrailerFault, why: string): NewEvent {
  return {
    ...{ node: null, commit: plan.commit.id, actor: 'git', reason: 'TrailerIgnored' },
    message: `commit ${shortCommit(commit.id)} by ${commit.author} says ${APPROVE}: ${digest}, which approves nothing: ${why}`,
    data: { commit, digest, fault, plan: plan.digest },
  };
}
