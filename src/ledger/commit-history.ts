/** The journal's events of the branch: which commit was in force when, and what was refused. Pure. */

import type { Commit } from '../model/desired.ts';
import type { Event, EventData } from '../model/event.ts';
import type { Problem } from '../model/problem.ts';

/** A commit and its time in force. */
export interface CommitInForce {
  outcome: 'in force';
  commit: Commit;
  since: number;
  /** Null for the one that is in force now. */
  until: number | null;
  nodes: number;
  /** As it was when the commit came into force. */
  plan: EventData['CommitAccepted']['plan'];
  /** That it brought, and whose plans had been shown. */
  pullRequests: number[];
}

/** A commit that never came into force. */
export interface CommitRefused {
  outcome: 'refused';
  /** Null where its history was refused before it was read. */
  commit: Commit | null;
  id: string;
  at: number;
  why: string;
  /** The first of them, where it is mistakes that it was refused for. */
  problems: readonly Problem[];
}

export type PastCommit = CommitInForce | CommitRefused;

/** What `commitHistory` reads. */
export const COMMIT_REASONS = [
  ...(['CommitAccepted', 'CommitRejected', 'CommitUnverified', 'HistoryRefused'] as const),
] as const;

/** Takes events oldest first, and answers likewise. */
export function commitHistory(events: readonly Event[]): PastCommit[] {
  const past: PastCommit[] = [];
  let current: CommitInForce | null = null;
  for (const event of events) {
    if (event.reason === 'CommitAccepted') {
      if (current) current.until = event.time;
      const { commit, nodes, plan, pullRequests = [] } = event.data;
      current = { outcome: 'in force', commit, since: event.time, until: null, nodes, plan, pullRequests };
      past.push(current);
    } else if (event.reason === 'CommitRejected' || event.reason === 'CommitUnverified') {
      const { commit } = event.data;
      const problems = event.reason === 'CommitRejected' ? event.data.problems : [];
      past.push({ outcome: 'refused', commit, id: commit.id, at: event.time, why: event.message, problems });
    } else if (event.reason === 'HistoryRefused') {
      const { message: why } = event;
      past.push({ outcome: 'refused', commit: null, id: event.data.to, at: event.time, why, problems: [] });
    }
  }
  return past;
}

/** Times in ms since the epoch; a commit by its first digits. */
export interface CommitFilter {
  since?: number | undefined;
  until?: number | undefined;
  commit?: string | undefined;
}

/** Those that were in force, or were refused, in the period. */
export function chooseCommits(
  past: readonly PastCommit[],
  { since, until, commit }: CommitFilter,
): PastCommit[] {
  return past.filter((one) => {
    const [from, to, id] =
      one.outcome === 'refused' ? [one.at, one.at, one.id] : [one.since, one.until, one.commit.id];
    return (
      (since === undefined || to === null || to >= since) &&
      (until === undefined || from <= until) &&
      (commit === undefined || id.startsWith(commit))
    );
  });
}
