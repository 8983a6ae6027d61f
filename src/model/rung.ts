/** The ladder of evidence that an install climbs; which rung comes next, and how to say it. */

import type { Rung } from './event.ts';
import type { Attempt, NodeState } from './node-state.ts';

/** What each rung waits for, as the rest of a sentence "waits for …". */
export const WAITS_FOR: Record<Rung, string> = {
  'power-off': 'the machine to be off',
  'boot-device': 'the BMC to take the boot device',
  'power-on': 'the machine to be on',
  'boot-script': 'the machine to fetch its boot script',
  answers: 'the installer to fetch its answers',
  installed: 'the installer to report that it is done',
  'first-boot': 'its first boot from disk to report',
  stacks: 'every stack to report ok',
  ssh: 'its SSH server to show the reported host key and the id of the install',
};

/** The lowest rung an attempt has no evidence for yet. */
export function nextRung(attempt: Attempt): Rung {
  if (attempt.answersAt === null) {
    if (attempt.confirmedOffAt === null) return 'power-off';
    if (attempt.nextBootSetAt === null) return 'boot-device';
    if (attempt.confirmedOnAt === null && attempt.scriptAt === null) return 'power-on';
    return attempt.scriptAt === null ? 'boot-script' : 'answers';
  }
  if (attempt.completedAt === null) return 'installed';
  return attempt.reportedAt === null ? 'first-boot' : 'stacks';
}

/** What a node waits for right now; empty when it waits for nothing. */
export function waitsFor(state: NodeState): string {
  if (state.phase === 'booting' && state.attempt) return WAITS_FOR[nextRung(state.attempt)];
  return state.waitingFor;
}
