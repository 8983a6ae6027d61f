/** What each commit did: whether it came into force, the installs that came of it, and what was configured by it. Pure. */

import type { Event, Reason } from '../model/event.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { COMMIT_REASONS, commitHistory, type PastCommit } from './commit-history.ts';
import { ledgerEntries } from './entries.ts';
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

/** What `commitStories` reads. */
export const STORY_REASONS: readonly Reason[] = [
  ...new Set<Reason>([...COMMIT_REASONS, ...REPORT_REASONS, 'PlanDiffers']),
];

/** Takes events oldest first, and answers the newest first; a commit that came into force twice stands there twice, its deeds with the first time. */
export function commitStories(events: readonly Event[]): CommitStory[] {
  const installs = Map.groupBy(ledgerEntries(events), ({ commit }) => commit);
  const configured = configuredBy(events);
  const differs = differencesOf(events);
  const told = new Set<string>();
  return commitHistory(events)
    .map((past) => {
      const id = past.commit?.id ?? '';
      const isFirst = past.outcome === 'in force' && !told.has(id);
      if (isFirst) told.add(id);
      return {
        past,
        installs: isFirst ? (installs.get(id) ?? []).filter(({ outcome }) => outcome !== 'adopted') : [],
        configured: isFirst ? [...(configured.get(id) ?? [])].map(([node, at]) => ({ node, at })) : [],
        differs: isFirst ? (differs.get(id) ?? null) : null,
      };
    })
    .reverse();
}

function configuredBy(events: readonly Event[]): Map<string, Map<string, number>> {
  const byCommit = new Map<string, Map<string, number>>();
  for (const { reason, node, commit, time } of events) {
    if (reason !== 'Configured' || node === null || commit === null) continue;
    const nodes = byCommit.get(commit) ?? new Map();
    byCommit.set(commit, nodes.set(node, time));
  }
  return byCommit;
}

function differencesOf(events: readonly Event[]): Map<string, string> {
  const found = events.flatMap(({ reason, commit, message }): [string, string][] =>
    reason === 'PlanDiffers' && commit !== null ? [[commit, message]] : [],
  );
  return new Map(found);
}
