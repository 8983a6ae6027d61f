/** How it is said that a commit comes into force, and what differs then from what its pull requests showed; or that it does not. */

import type { Commit, Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { ShownPlan } from '../model/review.ts';
import { differenceOf, sayPullRequests } from '../plan/compare-shown.ts';
import { sayTotals } from '../plan/group.ts';
import { shortCommit } from '../plan/say-age.ts';

interface Acceptance {
  site: Site;
  previous: string | null;
  plan: Plan;
  shown: readonly ShownPlan[];
}

export function acceptanceEvents({ site, previous, plan, shown }: Acceptance): NewEvent[] {
  const { commit, nodes } = site;
  const difference = differenceOf(shown, plan);
  const about = { node: null, commit: commit.id, actor: 'git' };
  const pullRequests = shown.map(({ pullRequest }) => pullRequest);
  const accepted: NewEvent = {
    ...about,
    reason: 'CommitAccepted',
    message: `commit ${shortCommit(commit.id)} by ${commit.author} is in force: ${commit.subject} (${sayPlan(plan)}${
      shown.length > 0 && !difference ? `, as ${sayPullRequests(shown)} showed` : ''
    })`,
    data: {
      commit,
      previous,
      nodes: nodes.size,
      plan: { digest: plan.digest, totals: plan.totals, held: plan.held },
      ...(shown.length > 0 ? { pullRequests } : {}),
    },
  };
  if (!difference) return [accepted];
  const { message, more, fewer } = difference;
  const data = { pullRequests, shown: shown.map(({ digest }) => digest), digest: plan.digest, more, fewer };
  return [accepted, { ...about, reason: 'PlanDiffers', message, data }];
}

function sayPlan(plan: Plan): string {
  return `plan ${plan.digest}: ${sayTotals(plan) || 'nothing to do'}`;
}

/** Problems of one commit that the journal keeps. */
const MOST_PROBLEMS = 100;

export function rejection(commit: Commit, problems: readonly Problem[]): NewEvent {
  const first = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  return {
    ...{ node: null, commit: commit.id, actor: 'git', reason: 'CommitRejected' },
    message: `commit ${shortCommit(commit.id)} by ${commit.author} ${badCount(problems)}: ${first ? sayFirst(first) : ''}`,
    data: { commit, problems: problems.slice(0, MOST_PROBLEMS), total: problems.length },
  };
}

/** `inventory/site.yaml:21:30: url must be …`. */
function sayFirst({ file, line, column, message }: Problem): string {
  return `${file}${line > 0 ? `:${line}:${column}` : ''}: ${message}`;
}

export function badCount(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return `has ${errors} problem${errors === 1 ? '' : 's'}`;
}
