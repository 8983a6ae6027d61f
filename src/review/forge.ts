/** The port to a forge: GitHub, GitLab, or Gitea and Forgejo. What differs between them stays behind a `Forge`. */

import type { ForgeKind } from '../model/review-spec.ts';

export interface PullRequest {
  /** As people see it; of GitLab, `iid`. */
  number: number;
  title: string;
  /** Login of the account that opened it. */
  author: string;
  /** Its page. */
  url: string;
  /** Full commit id. */
  head: string;
  /** Name of the head's branch, in the repository that it lies in. */
  branch: string;
  /** Ref of the base repository that holds the head: `refs/pull/7/head`, `refs/merge-requests/7/head`. */
  ref: string;
  /** The head lies in another repository. */
  fork: boolean;
  draft: boolean;
}

export interface CommitStatus {
  state: 'success' | 'failure' | 'pending' | 'error';
  /** One line; cut to `limits.status`, and without what the forge does not take there. */
  description: string;
  /** What its link leads to. */
  url: string | null;
}

/** Lengths in UTF-16 units, as `String.length` counts them. */
export interface ForgeLimits {
  comment: number;
  status: number;
}

/** Every call rejects with ForgeError, after it was tried again where that may help. */
export interface Forge {
  readonly kind: ForgeKind;
  readonly limits: ForgeLimits;
  /** `GitHub repository karoo/site`. */
  describe(): string;
  /** All that are open onto a branch, from all pages, lowest number first. */
  openPullRequests(branch: string): Promise<PullRequest[]>;
  /** Our comment as it is now, without our mark; null where there is none. */
  findComment(number: number): Promise<{ url: string; body: string } | null>;
  /**
   * Creates our one comment on a pull request, or edits it; does nothing when it says the same already. Ours is the oldest
   * that begins with our mark and was written by the token's account: a mark in another's comment means nothing.
   */
  putComment(number: number, body: string): Promise<{ url: string; changed: boolean }>;
  /** Sets the status `barewright/plan`. Does nothing where the forge keeps none: GitLab, of a commit in a fork. */
  putStatus(commit: string, status: CommitStatus): Promise<void>;
  /** `branch` lies in the repository itself. Where one is open for it onto `base` already, that one is the answer. */
  createPullRequest(wanted: NewPullRequest): Promise<{ number: number; url: string; created: boolean }>;
  /** Ends what is under way, with the code `closed`. */
  close(): Promise<void>;
}

export interface NewPullRequest {
  branch: string;
  base: string;
  title: string;
  body: string;
}
