/** A pull request, merged and planned: what would come into force. */

import type { DocumentCache } from '../../desired/document-cache.ts';
import type { ReviewMirror } from '../../git/review-mirror.ts';
import type { Site } from '../../model/desired.ts';
import type { ImageKnowledge } from '../../model/images.ts';
import type { NodeState } from '../../model/node-state.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import { makePlan } from '../../plan/plan.ts';
import type { PullRequest } from '../../review/forge.ts';
import { causesBetween, loadSite } from '../load-site.ts';

export interface Proposal {
  pullRequest: PullRequest;
  /** Commit of the branch that it was merged into. */
  base: string;
  verdict: Verdict;
}

export type Verdict =
  | { kind: 'conflict'; files: string[] }
  | { kind: 'invalid'; problems: Problem[] }
  | Planned;

export interface Planned {
  kind: 'planned';
  /** Of the merge result. */
  site: Site;
  tree: string;
  plan: Plan;
  /** Of its actions, those that the commit in force asks for already. */
  pending: Action[];
}

interface Ports {
  mirror: ReviewMirror;
  cache: DocumentCache;
  /** In force. */
  previous: Site;
  /** Its plan now. */
  current: Plan | null;
  states: ReadonlyMap<string, NodeState>;
  images: ImageKnowledge;
  now: number;
}

/** Both commits were fetched. Fails with GitError. */
export async function propose(
  pullRequest: PullRequest,
  base: string,
  { mirror, cache, previous, current, states, images, now }: Ports,
): Promise<Proposal> {
  const merge = await mirror.merge(base, pullRequest.head);
  if (merge.commit === null)
    return { pullRequest, base, verdict: { kind: 'conflict', files: merge.conflicts } };
  const { commit, site, problems } = await loadSite(mirror, cache, merge.commit);
  if (!site) return { pullRequest, base, verdict: { kind: 'invalid', problems } };
  const causeOf = await causesBetween(mirror, previous.commit.id, commit);
  const { plan } = makePlan({ site, previous, states, now, causeOf, images });
  const known = new Set(current?.actions.map(sameness));
  const pending = plan.actions.filter((action) => known.has(sameness(action)));
  return { pullRequest, base, verdict: { kind: 'planned', site, tree: merge.tree, plan, pending } };
}

function sameness({ node, kind, change, hold }: Action): string {
  return JSON.stringify([node, kind, change, hold?.guard ?? null]);
}
