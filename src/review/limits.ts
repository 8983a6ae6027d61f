/** How much a forge takes, and how our comment and our status are known. */

import type { ForgeKind } from '../model/review-spec.ts';
import type { ForgeLimits } from './forge.ts';

/** First line of our comment; not shown. */
export const MARK = '<!-- barewright/plan -->\n';

export const STATUS_CONTEXT = 'barewright/plan';

/**
 * - GitHub: a comment of 65,536 characters and a status description of 140; more is answered with 422, "is too long
 *   (maximum is …)". It counts characters, which are never more than UTF-16 units.
 * - GitLab: a note of 1,000,000 characters (docs, "Instance limits", size of comments), a status description of 255
 *   (docs, "Commits API", set commit pipeline status).
 * - Gitea and Forgejo: neither has a limit short of the database's column (`comment.content` LONGTEXT, `commit_status.description`
 *   TEXT). A page of GitHub's length is as much as is worth reading, and a status is shown in one line.
 */
const MOST: Record<ForgeKind, ForgeLimits> = {
  github: { comment: 65_536, status: 140 },
  gitlab: { comment: 1_000_000, status: 255 },
  gitea: { comment: 65_536, status: 255 },
};

/** What is left for a text when our mark is on it. */
export function limitsOf(kind: ForgeKind): ForgeLimits {
  return { ...MOST[kind], comment: MOST[kind].comment - MARK.length };
}

/**
 * A status description as a forge takes it: one line, cut to its limit. GitHub takes no characters beyond the Basic Multilingual
 * Plane there (422, "doesn't accept 4-byte Unicode"); they are left out.
 */
export function descriptionFor(kind: ForgeKind, text: string): string {
  const shown = kind === 'github' ? text.replaceAll(/[\u{10000}-\u{10FFFF}]/gu, '') : text;
  return cut(shown.replaceAll(/\s+/g, ' ').trim(), MOST[kind].status);
}

/** Cuts to a length in UTF-16 units, with `…` in place of what is gone, and no character in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
