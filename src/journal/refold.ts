import { fold } from '../model/fold.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { MAX_LIMIT } from './filter.ts';

/**
 * Derives the states again from all events. Equal to the stored ones where nothing was pruned;
 * otherwise only as good as the events that are left. Reads everything: for checks, not for the daemon.
 */
export function refold(journal: Pick<Journal, 'read'>): Map<string, NodeState> {
  const states = new Map<string, NodeState>();
  let after = 0;
  for (;;) {
    const page = journal.read({ after, limit: MAX_LIMIT });
    for (const event of page) fold(states, event);
    const last = page.at(-1);
    if (!last || page.length < MAX_LIMIT) return states;
    after = last.id;
  }
}
