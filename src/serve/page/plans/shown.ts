/** What was shown on each pull request, and what became of it; read out of the journal. Pure. */

import type { Event, EventData, Reason } from '../../../model/event.ts';

/** What `pullRequests` reads. */
export const SHOWN_REASONS: readonly Reason[] = ['PlanShown', 'CommitAccepted', 'PlanDiffers'];

export type PullRequest = Omit<EventData['PlanShown'], 'ref'> & {
  shownAt: number;
  /** The commit that came into force with it; null while it is open, or was closed. */
  broughtBy: string | null;
  broughtAt: number | null;
  /** How what came into force differs from what was shown. */
  differs: string | null;
};

/** The newest first, each as it was shown last. Takes events oldest first. */
export function pullRequests(events: readonly Event[]): PullRequest[] {
  const known = new Map<number, PullRequest>();
  for (const event of events) {
    if (event.reason === 'PlanShown') {
      const { ref: _, ...data } = event.data;
      known.delete(data.pullRequest);
      known.set(data.pullRequest, {
        ...data,
        ...{ shownAt: event.time, broughtBy: null, broughtAt: null, differs: null },
      });
    } else if (event.reason === 'CommitAccepted') {
      for (const number of event.data.pullRequests ?? []) {
        const found = known.get(number);
        if (found) Object.assign(found, { broughtBy: event.data.commit.id, broughtAt: event.time });
      }
    } else if (event.reason === 'PlanDiffers') {
      for (const number of event.data.pullRequests) {
        const found = known.get(number);
        if (found) found.differs = event.message;
      }
    }
  }
  return [...known.values()].reverse();
}
