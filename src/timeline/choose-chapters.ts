import type { Chapter } from '../model/timeline.ts';

/** Times in ms since the epoch, inclusive; a commit by its first digits. */
export interface ChapterFilter {
  since?: number | undefined;
  until?: number | undefined;
  commit?: string | undefined;
}

/** Whole chapters that touch the period, and the installs that the commit asked for. */
export function chooseChapters(
  chapters: readonly Chapter[],
  { since, until, commit }: ChapterFilter,
): Chapter[] {
  return chapters.filter(
    (chapter) =>
      (since === undefined || lastOf(chapter) >= since) &&
      (until === undefined || chapter.since <= until) &&
      (commit === undefined || isOf(chapter, commit)),
  );
}

function lastOf({ since, lines }: Chapter): number {
  return Math.max(since, ...lines.map(({ last }) => last.time));
}

function isOf({ install }: Chapter, commit: string): boolean {
  if (!install) return false;
  const { target } = install;
  return target.commit.startsWith(commit) || target.asked.id.startsWith(commit);
}
