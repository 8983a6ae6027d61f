/** The stories of commits: the commits are read out of the journal, what they did out of the ledger's history. */

import { COMMIT_REASONS } from '../../../ledger/commit-history.ts';
import { type CommitStory, commitStories } from '../../../ledger/commit-story.ts';
import type { History } from '../../../ledger/history.ts';
import type { Event } from '../../../model/event.ts';
import type { Journal } from '../../../model/journal.ts';

type Reader = Pick<Journal, 'read'>;

/** Commits among which a shortened name is looked for. */
const MOST_COMMITS = 1_000;

export interface CommitPage {
  /** The newest first. */
  commits: CommitStory[];
  /** For the page of older ones: they are before this event. Null where there are none. */
  olderThan: number | null;
}

/** `before`: an event's id; undefined for the newest. */
export function readCommits(
  journal: Reader,
  history: History,
  before: number | undefined,
  size: number,
): CommitPage {
  const bound = before === undefined ? {} : { before };
  const marks = journal.read({ reasons: COMMIT_REASONS, limit: size + 1, ...bound });
  const shown = marks.slice(-size);
  const [first] = shown;
  if (!first) return { commits: [], olderThan: null };
  return {
    commits: tell(journal, history, shown).reverse(),
    olderThan: marks.length > size ? first.id : null,
  };
}

/** Whether a page of the commit can be shown. */
export function knowsCommit(journal: Reader, id: string): boolean {
  return journal.read({ reasons: COMMIT_REASONS, commit: id, limit: 1 }).length > 0;
}

/** By its whole name, or its beginning. Null where the journal does not know it. */
export function readCommit(journal: Reader, history: History, id: string): CommitStory | null {
  const marks = journal.read({ reasons: COMMIT_REASONS, limit: MOST_COMMITS });
  const found = marks.find(({ commit }) => commit?.startsWith(id));
  return found ? (tell(journal, history, [found])[0] ?? null) : null;
}

/** What came into force next ends the time of the last one. */
function tell(journal: Reader, history: History, shown: readonly Event[]): CommitStory[] {
  const after = shown.at(-1)?.id ?? 0;
  const next = journal.read({ reasons: ['CommitAccepted'], after, limit: 1 });
  const differs = journal.read({ reasons: ['PlanDiffers'], after: (shown[0]?.id ?? 1) - 1 });
  return commitStories([...shown, ...next, ...differs], history).slice(0, shown.length);
}
