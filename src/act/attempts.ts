/** Beginning an attempt, ending one that failed, and letting go of one that is not wanted any more. */

import type { InstallTarget, Rung } from '../model/event.ts';
import { canCallBack, needless } from '../model/wish.ts';
import { attemptFailed, attemptStarted, disarmed, entered, stuck, unwanted } from './say.ts';
import { record, type Situation, type Step } from './step.ts';

/** Begins the next attempt of a wanted install; the guards have been asked just before, in the same turn. */
export function beginAttempt(s: Situation, target: InstallTarget): Step {
  const attempt = s.state.attemptsUsed + 1;
  if (attempt > s.policy.attempts) return record(...stuck(s, `${s.policy.attempts} attempts are used up`));
  return record(
    attemptStarted(s, attempt, target),
    entered(s, 'arming', 'its boot entry to be published', s.now + s.policy.deadlines.arming),
  );
}

/**
 * Lets go of an attempt that Git took back, or that turned out needless, before its installer had any answers; null where
 * it is to go on. The machine may be off by now: the ordinary correction of its power follows.
 */
export function letGo(s: Situation): Step | null {
  const { attempt, want } = s.state;
  if (!attempt) return record(entered(s, 'settled', '', null));
  const why = canCallBack(s.state) ? needless(s.state) : null;
  if (why !== null) {
    return record(...disarmed(s, why), unwanted(s, why), entered(s, 'settled', '', null));
  }
  if (attempt.armed || attempt.answersAt !== null) return null;
  return record(entered(s, want ? 'held' : 'settled', want ? 'its turn' : '', null));
}

/** Ends the attempt: disarmed in the same breath, then another one after a growing delay, or `stuck`. */
export function failAttempt(s: Situation, why: string, missing: Rung): Step {
  const { attempt } = s.state;
  const used = s.state.attemptsUsed;
  const last = used >= s.policy.attempts;
  const retryAt = last ? null : s.now + s.timing.retryDelay * 2 ** Math.max(0, used - 1);
  const events = [
    ...disarmed(s, `attempt ${attempt?.n ?? used} failed`),
    attemptFailed(s, why, missing, retryAt),
  ];
  if (last) return record(...events, ...stuck(s, `${used} attempts failed; the last: ${why}`));
  const next = `attempt ${used + 1} of ${s.policy.attempts}`;
  return record(...events, entered(s, 'held', `${next}, after a pause`, retryAt));
}
