/** Canaries go first, and a rollout that fails halts itself. Pure. */

import type { Rollout as Rules } from '../model/desired.ts';
import type { Hold } from '../model/plan.ts';
import type { Member, Rollout } from './around.ts';
import { sayNames } from './fold-names.ts';
import { hold } from './hold.ts';

/** Names said in one sentence. */
const MOST_NAMES = 6;

/**
 * Holds what has not begun when too much has failed since `approvedAt`, ms since the epoch; null for no approval, which
 * counts every failure. A node's own failure does not keep it from its next attempt.
 */
export function haltHold(
  { haltAfter }: Rules,
  { failed }: Rollout,
  { node, what, approvedAt, lifts }: { node: string; what: string; approvedAt: number | null; lifts: string },
  needsApproval: boolean,
): Hold | null {
  if (haltAfter === null) return null;
  const since = approvedAt === null ? failed : failed.filter(({ at }) => at > approvedAt);
  if (since.filter(({ name }) => name !== node).length <= haltAfter) return null;
  const names = sayNames(
    since.map(({ name }) => name),
    MOST_NAMES,
  );
  const many = `${since.length} node${since.length === 1 ? '' : 's'} failed (${names}), rollout.haltAfter is ${haltAfter}`;
  return hold('halted', `${what} has halted: ${many}; ${lifts}`, needsApproval);
}

/** Holds a node that has not begun and is no canary, until the canaries are well. `isFit`: another may begin for all that is known. */
export function canaryHold(
  { canary }: Rules,
  { settled, begun, waiting }: Rollout,
  name: string,
  isFit: (member: Member) => boolean,
): Hold | null {
  if (settled >= canary) return null;
  const first = begun.map(({ node }) => node.name);
  for (const member of waiting) {
    if (first.length >= canary - settled) break;
    if (member.node.name === name) return null;
    if (isFit(member)) first.push(member.node.name);
  }
  if (first.length < canary - settled) return null;
  const stuck = begun.filter(({ state }) => state.phase === 'stuck').map(({ node }) => node.name);
  const trouble = stuck.length === 0 ? '' : ` (${sayNames(stuck, MOST_NAMES)} stuck)`;
  const why = `${sayNames(first, MOST_NAMES)} ${first.length === 1 ? 'goes' : 'go'} first${trouble}; it follows by itself when ${first.length === 1 ? 'that is' : 'those are'} settled and healthy`;
  return hold('canary', why);
}
