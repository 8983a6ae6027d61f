/** What an attempt's events add to its story. Pure. */

import type { Event } from '../model/event.ts';
import type { PastAttempt } from '../model/timeline.ts';

const EVIDENCE: Partial<Record<Event['reason'], string>> = {
  AnswersServed: 'answers fetched',
  InstallCompleted: 'installed',
  SshChecked: 'proven by SSH',
};

export function beginAttempt(event: Extract<Event, { reason: 'AttemptStarted' }>): PastAttempt {
  const { attempt: n, installId } = event.data;
  const open = { endedAt: null, outcome: 'under way', why: '' } as const;
  return { n, installId, startedAt: event.time, ...open, evidence: [], phases: [] };
}

/** Changes the attempt; nothing once it has ended. */
export function noteInAttempt(attempt: PastAttempt, event: Event): void {
  if (attempt.endedAt !== null) return;
  const what = evidenceOf(event, attempt);
  if (what && !attempt.evidence.some((known) => known.what === what)) {
    attempt.evidence.push({ what, at: event.time });
  }
  if (event.reason === 'PhaseEntered') {
    const { phase, waitingFor: waitedFor } = event.data;
    endPhase(attempt, event.time);
    attempt.phases.push({ phase, waitedFor, since: event.time, until: null });
  }
}

export function endAttempt(attempt: PastAttempt, outcome: 'settled' | 'failed', at: number, why = ''): void {
  if (attempt.endedAt !== null) return;
  Object.assign(attempt, { outcome, endedAt: at, why });
  endPhase(attempt, at);
}

function endPhase({ phases }: PastAttempt, at: number): void {
  const last = phases.at(-1);
  if (last) last.until ??= at;
}

function evidenceOf(event: Event, { phases }: PastAttempt): string | undefined {
  if (event.reason === 'BootScriptServed' && event.data.answer === 'installer') return 'boot script fetched';
  if (event.reason === 'Reported' && event.data.boot) return 'first boot';
  if (event.reason === 'PowerObserved' && phases.at(-1)?.phase === 'booting')
    return `power ${event.data.state}`;
  return EVIDENCE[event.reason];
}
