/** A plan between two commits without a daemon. */

import { causesBetween, loadSite } from '../daemon/load-site.ts';
import { createDocumentCache } from '../desired/document-cache.ts';
import type { Source } from '../git/source.ts';
import type { Site } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { assumeSettled } from '../plan/assume-settled.ts';
import { makePlan } from '../plan/plan.ts';
import { shortCommit } from '../plan/say-age.ts';

export type OfflinePlan =
  | { plan: Plan; basis: string; previous: Site; site: Site }
  /** The commit `of` has no site, so that there is no plan. */
  | { plan: null; of: string; problems: Problem[]; previous: Site | null };

/** Takes revisions. Fails with GitError where a commit cannot be read. */
export async function planBetween(
  source: Source,
  from: string,
  to: string,
  now: number,
): Promise<OfflinePlan> {
  const cache = createDocumentCache();
  const [previous, next] = [
    await loadSite(source, cache, await source.resolve(from)),
    await loadSite(source, cache, await source.resolve(to)),
  ];
  if (!previous.site)
    return { plan: null, of: previous.commit.id, problems: previous.problems, previous: null };
  if (!next.site) {
    return { plan: null, of: next.commit.id, problems: next.problems, previous: previous.site };
  }
  // A commit beside the first one is compared too: then its own files have no cause between the two.
  const causeOf = await causesBetween(source, previous.commit.id, next.commit);
  const sites = { previous: previous.site, site: next.site };
  return { ...planSites(previous.site, next.site, now, causeOf), ...sites };
}

/** The step between two sites, every node assumed to be as the first one says. */
export function planSites(
  previous: Site,
  site: Site,
  now: number,
  causeOf: Parameters<typeof makePlan>[0]['causeOf'] = () => site.commit,
): { plan: Plan; basis: string } {
  const { plan } = makePlan({ site, previous, states: assumeSettled(previous), now, causeOf });
  return { plan, basis: `every node assumed settled at ${shortCommit(previous.commit.id)}` };
}
