/** What each commit did: whether it came into force, the installs that came of it, and what was configured by it. Pure. */

import type { Event, Reason } from '../model/event.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { COMMIT_REASONS, commitHistory, type PastCommit } from './commit-history.ts';
import type { History } from './history.ts';
import { REPORT_REASONS } from './reasons.ts';

export interface CommitStory {
  past: PastCommit;
  /** Of the nodes that were to be installed by it. */
  installs: LedgerEntry[];
  /** Nodes that took its stacks in place; each once, at the last time. */
  configured: { node: string; at: number }[];
  /** How what came into force differs from what its pull requests showed. */
  differs: string | null;
}

/** What changes a story. */
export const STORY_REASONS: readonly Reason[] = [
  ...new Set<Reason>([...COMMIT_REASONS, ...REPORT_REASONS, 'PlanDiffers']),
];

/**
 * Takes the branch's events and `PlanDiffers`, oldest first, and answers a story for each of `COMMIT_REASONS`, likewise. A commit
 * that came into force twice stands there twice, its deeds with the first time.
 */
export function commitStories(events: readonly Event[], history: History): CommitStory[] {
  const past = commitHistory(events);
  const ids = new Set(past.map(({ commit }) => commit?.id ?? ''));
  const of = ids.has.bind(ids);
  const installs = Map.groupBy(
    history.entries.filter(({ commit, outcome }) => of(commit) && outcome !== 'adopted'),
    ({ commit }) => commit,
  );
  const configured = configuredBy(history, of);
  const differs = differencesOf(events);
  const told = new Set<string>();
  return past.map((one) => {
    const id = one.commit?.id ?? '';
    const isFirst = one.outcome === 'in force' && one.since === history.inForce.get(id)?.at && !told.has(id);
    if (!isFirst) return { past: one, installs: [], configured: [], differs: null };
    told.add(id);
    return {
      past: one,
      installs: (installs.get(id) ?? []).map((entry) => ({ ...entry })),
      configured: [...(configured.get(id) ?? [])].map(([node, at]) => ({ node, at })),
      differs: differs.get(id) ?? null,
    };
  });
}

function configuredBy(
  { deeds }: History,
  isAsked: (commit: string) => boolean,
): Map<string, Map<string, number>> {
  const byCommit = new Map<string, Map<string, number>>();
  for (const { kind, node, commit, at } of deeds) {
    if (kind !== 'configure' || commit === null || !isAsked(commit)) continue;
    const nodes = byCommit.get(commit) ?? new Map();
    byCommit.set(commit, nodes.set(node, at));
  }
  return byCommit;
}

function differencesOf(events: readonly Event[]): Map<string, string> {
  const found = events.flatMap(({ reason, commit, message }): [string, string][] =>
    reason === 'PlanDiffers' && commit !== null ? [[commit, message]] : [],
  );
  return new Map(found);
}
