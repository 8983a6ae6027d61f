/** What was shown of the pull requests that are not in force yet; it outlives a restart in the journal. */

import { GitError } from '../../git/errors.ts';
import type { History } from '../../git/history.ts';
import type { ReviewMirror } from '../../git/review-mirror.ts';
import type { Event } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { ShownPlan } from '../../model/review.ts';
import { eventPages } from '../event-pages.ts';

export interface Shown {
  /** Journals it where it is another one than was shown last. */
  note(plan: ShownPlan, totals: string): Promise<void>;
  /** What was shown of those that the step brings. Fails with GitError. */
  within(source: Pick<History, 'rootTrees'>, from: string, to: string): Promise<ShownPlan[]>;
  close(): void;
}

export function createShown(
  journal: Pick<Journal, 'append' | 'read' | 'subscribe'>,
  mirror: () => Promise<ReviewMirror>,
): Shown {
  const plans = new Map<number, ShownPlan>();
  for (const page of eventPages(journal, { reasons: ['PlanShown', 'CommitAccepted'] }))
    page.forEach(remember);
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
    const known = [...plans.values()].filter(({ head, tree }) => trees.has(head) || files.has(tree));
    const others = [...plans.values()].filter((plan) => !known.includes(plan));
    return [...known, ...(await movedWithin(others, from, trees))];
  }

  /** Those that were pushed to since their plans were shown, and merged before they were looked at again. */
  async function movedWithin(
    plans: readonly ShownPlan[],
    from: string,
    trees: ReadonlyMap<string, string>,
  ): Promise<ShownPlan[]> {
    if (plans.length === 0) return [];
    const source = await mirror();
    const heads = await source.fetch(plans.map(({ ref }) => ref));
    const files = new Set(trees.values());
    const found: ShownPlan[] = [];
    for (const plan of plans) {
      const head = heads.get(plan.ref);
      if (head === undefined || head === plan.head) continue;
      if (trees.has(head) || files.has(await treeOf(source, from, head))) found.push(plan);
    }
    return found;
  }

  return { note, within, close: unsubscribe };
}

function sameness({ head, tree, digest, destroys }: ShownPlan): string {
  return JSON.stringify([head, tree, digest, destroys]);
}

/** What merging it would have led to; empty where that cannot be known, as after a rewrite. */
async function treeOf(source: ReviewMirror, from: string, head: string): Promise<string> {
  try {
    return (await source.merge(from, head)).tree ?? '';
  } catch (error) {
    if (error instanceof GitError && error.code === 'missing-object') return '';
    throw error;
  }
}
