/** Promise 5, from the journal's events alone: canaries go first, and a rollout that fails begins no further node. */

import type { Event } from '../../src/model/event.ts';
import type { Breach, Evidence } from './evidence.ts';

/** What has become of a node that a commit asked to reinstall. */
interface Part {
  commit: string;
  state: 'waits' | 'begun' | 'settled';
  /** Of its last failure, ms since the epoch; null for none. */
  failedAt: number | null;
}

export function checkRollout({ limits: { rollout }, events }: Evidence): Breach[] {
  const parts = new Map<string, Part>();
  const approvedAt = new Map<string, number>();
  const breaches: Breach[] = [];
  for (const event of events) {
    if (event.node === null) continue;
    const before = parts.get(event.node);
    if (event.reason === 'AttemptStarted' && before?.state === 'waits') {
      for (const text of begunTooSoon(before.commit, approvedAt.get(event.node) ?? null)) {
        breaches.push({ promise: 5, node: event.node, text });
      }
    }
    if (event.reason === 'InstallApproved') approvedAt.set(event.node, event.time);
    if (event.reason === 'InstallWanted') approvedAt.delete(event.node);
    const after = follow(before, event);
    if (after) parts.set(event.node, after);
    else parts.delete(event.node);
  }
  return breaches;

  function begunTooSoon(commit: string, approved: number | null): string[] {
    const { canary, haltAfter } = rollout;
    const others = [...parts.values()].filter((part) => part.commit === commit && part.state !== 'waits');
    const settled = others.filter(({ state }) => state === 'settled').length;
    const failed = others.filter(({ failedAt }) => failedAt !== null && failedAt > (approved ?? 0)).length;
    return [
      ...(settled < canary && others.length >= canary
        ? [
            `its install was begun after ${others.length} others of its commit, of which ${settled} were settled; ${canary} go first`,
          ]
        : []),
      ...(haltAfter !== null && failed > haltAfter
        ? [`its install was begun although ${failed} of its commit had failed; ${haltAfter} may`]
        : []),
    ];
  }
}

function follow(before: Part | undefined, event: Event): Part | undefined {
  switch (event.reason) {
    case 'InstallWanted':
      if (event.data.target.first) return undefined;
      return { commit: event.data.target.commit, state: 'waits', failedAt: null };
    case 'AttemptStarted':
      return before && event.data.target.commit === before.commit ? { ...before, state: 'begun' } : before;
    case 'AttemptFailed':
    case 'Stuck':
      return before?.state === 'begun' ? { ...before, failedAt: event.time } : before;
    case 'InstallSettled':
      return before && event.data.record.commit === before.commit
        ? { ...before, state: 'settled', failedAt: null }
        : before;
    case 'InstallUnwanted':
    case 'NodeReleased':
    case 'NodeFound':
      return undefined;
    default:
      return before;
  }
}
