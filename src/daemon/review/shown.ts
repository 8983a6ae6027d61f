/** What was shown of the pull requests that are not in force yet; it outlives a restart in the journal. */

import type { History } from '../../git/history.ts';
import type { Event } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { ShownPlan } from '../../model/review.ts';

export interface Shown {
  /** Journals it where it is another one than was shown last. */
  note(plan: ShownPlan, totals: string): Promise<void>;
  /** What was shown of those that the step brings. */
  within(source: Pick<History, 'rootTrees'>, from: string, to: string): Promise<ShownPlan[]>;
  close(): void;
}

/** Events read at once. */
const PAGE = 10_000;

export function createShown(journal: Pick<Journal, 'append' | 'read' | 'subscribe' | 'lastId'>): Shown {
  const plans = new Map<number, ShownPlan>();
  const end = journal.lastId();
  for (let after = 0; after < end; ) {
    const events = journal.read({ reasons: ['PlanShown', 'CommitAccepted'], after, limit: PAGE });
    events.forEach(remember);
    after = events.length < PAGE ? end : (events.at(-1)?.id ?? end);
  }
  const unsubscribe = journal.subscribe((events) => events.forEach(remember));

  function remember(event: Event): void {
    if (event.reason === 'PlanShown') plans.set(event.data.pullRequest, event.data);
    if (event.reason !== 'CommitAccepted') return;
    for (const number of event.data.pullRequests ?? []) plans.delete(number);
  }

  async function note(plan: ShownPlan, totals: string): Promise<void> {
    const known = plans.get(plan.pullRequest);
    if (known && sameness(known) === sameness(plan)) return;
    const message = `pull request #${plan.pullRequest} shows plan ${plan.digest}: ${totals || 'nothing to do'}`;
    const about = { node: null, commit: plan.head, actor: 'daemon' };
    await journal.append([{ ...about, reason: 'PlanShown', message, data: { ...plan, totals } }]);
  }

  /** By their heads; one that was squashed or rebased is known by the files that it leads to. */
  async function within(source: Pick<History, 'rootTrees'>, from: string, to: string): Promise<ShownPlan[]> {
    if (plans.size === 0) return [];
    const trees = await source.rootTrees(from, to);
    const files = new Set(trees.values());
    return [...plans.values()].filter(({ head, tree }) => trees.has(head) || files.has(tree));
  }

  return { note, within, close: unsubscribe };
}

function sameness({ head, tree, digest, destroys }: ShownPlan): string {
  return JSON.stringify([head, tree, digest, destroys]);
}
