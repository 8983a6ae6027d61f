/** What an install that is wanted still asks of a disk; the plan and the reconcile must agree on it. */

import type { InstallTarget } from './event.ts';
import type { NodeState } from './node-state.ts';

/** An installer may have written to the disk, and nothing has reported since what it carries. */
export function diskTouched({ known, record, attempt }: NodeState): boolean {
  return record === null && (known || (attempt !== null && attempt.answersAt !== null));
}

/**
 * Why the wanted install is not needed after all, or null. A first install was approved for a disk that nobody knew: a
 * report of what it carries takes the approval back. A disk that carries the very install is not written a second time.
 */
export function needless({ want, record }: NodeState): string | null {
  if (!want || !record) return null;
  if (record.profile === want.profile && record.generation === want.generation) {
    return `it carries ${record.profile}, generation ${record.generation}, already`;
  }
  return want.first ? 'it has reported what it carries before the first install began' : null;
}

/** An attempt of the wanted install has begun; it may have failed since. */
export function hasBegun({ want, attempt }: NodeState): boolean {
  return want !== null && attempt !== null && sameTarget(want, attempt.target);
}

/**
 * When the approval of an install that has not begun runs out; ms since the epoch, and null where there is none, or it
 * has begun: then it holds for every attempt.
 */
export function approvalEnds(state: NodeState, expiry: number): number | null {
  return state.approved === null || hasBegun(state) ? null : state.approved.at + expiry;
}

/** The approval that counts at `now`; null for none. */
export function approvalAt(state: NodeState, expiry: number, now: number): NodeState['approved'] {
  const ends = approvalEnds(state, expiry);
  return ends !== null && now >= ends ? null : state.approved;
}

/** The wanted install is another one than the present attempt works for. */
export function isNewWish(state: NodeState): boolean {
  return state.want !== null && !hasBegun(state);
}

/** The present attempt may still be called back: no installer has had its answers, so no disk was written. */
export function canCallBack({ attempt }: NodeState): boolean {
  return attempt?.armed === true && attempt.answersAt === null;
}

function sameTarget(a: InstallTarget, b: InstallTarget): boolean {
  return a.commit === b.commit && a.profile === b.profile && a.generation === b.generation;
}
