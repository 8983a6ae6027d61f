export type Verdict = 'same' | 'advance' | 'rewritten';

export interface Evidence {
  /** The commit in force; null before the first one. */
  accepted: string | null;
  /** The commit that the branch is at now. */
  head: string;
  /** Whether `head` descends from `accepted`; null where that cannot be known, as when `accepted` is gone. */
  isAncestor: boolean | null;
  /** The one head that a person accepted in spite of its history (`barewright accept-history`). */
  allowed: string | null;
}

/** Whether `head` may come into force. Fast-forwards only; what cannot be known counts as rewritten. */
export function judge({ accepted, head, isAncestor, allowed }: Evidence): Verdict {
  if (accepted === head) return 'same';
  if (accepted === null || isAncestor === true || allowed === head) return 'advance';
  return 'rewritten';
}
