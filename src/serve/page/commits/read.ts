/** The stories of commits, read out of the journal: no more of it than the commits that are shown. */

import { COMMIT_REASONS } from '../../../ledger/commit-history.ts';
import { type CommitStory, commitStories, STORY_REASONS } from '../../../ledger/commit-story.ts';
import type { Journal } from '../../../model/journal.ts';

type Reader = Pick<Journal, 'read'>;

/** Deeds that are looked at together. Of an older page, those that came much later are left out. */
const MOST_EVENTS = 10_000;
/** Commits among which a shortened name is looked for. */
const MOST_COMMITS = 1_000;

export interface CommitPage {
  /** The newest first. */
  commits: CommitStory[];
  /** For the page of older ones: they are before this event. Null where there are none. */
  olderThan: number | null;
}

/** `before`: an event's id; undefined for the newest. */
export function readCommits(journal: Reader, before: number | undefined, size: number): CommitPage {
  const bound = before === undefined ? {} : { before };
  const marks = journal.read({ reasons: COMMIT_REASONS, limit: size + 1, ...bound });
  const shown = marks.slice(-size);
  const [first] = shown;
  if (!first) return { commits: [], olderThan: null };
  const events = journal.read({ reasons: STORY_REASONS, after: first.id - 1, limit: MOST_EVENTS });
  const commits = commitStories(events).slice(-shown.length);
  return { commits, olderThan: marks.length > size ? first.id : null };
}

/** By its whole name, or its beginning. Null where the journal does not know it. */
export function readCommit(journal: Reader, id: string): CommitStory | null {
  const marks = journal.read({ reasons: COMMIT_REASONS, limit: MOST_COMMITS });
  const found = marks.find(({ commit }) => commit?.startsWith(id));
  if (!found) return null;
  const events = journal.read({ reasons: STORY_REASONS, after: found.id - 1, limit: MOST_EVENTS });
  return commitStories(events).at(-1) ?? null;
}
