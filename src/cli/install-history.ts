/** A node's events, grouped to installs and their attempts. Pure. */

import type { Event, InstallTarget } from '../model/event.ts';

export interface PastAttempt {
  n: number;
  startedAt: number;
  /** Null while it runs, or where the journal no longer tells. */
  endedAt: number | null;
  outcome: 'settled' | 'failed' | 'under way';
  why: string;
  /** The evidence that came, in order. */
  evidence: { what: string; at: number }[];
}

export interface PastInstall {
  target: InstallTarget;
  attempts: PastAttempt[];
  outcome: 'settled' | 'stuck' | 'under way';
  startedAt: number;
  endedAt: number | null;
}

const EVIDENCE: Partial<Record<Event['reason'], string>> = {
  AnswersServed: 'answers fetched',
  InstallCompleted: 'installed',
  SshChecked: 'proven by SSH',
};

/** Takes events of one node, oldest first. */
export function installsOf(events: readonly Event[]): PastInstall[] {
  const installs: PastInstall[] = [];
  let install: PastInstall | null = null;
  let attempt: PastAttempt | null = null;
  for (const event of events) {
    if (event.reason === 'AttemptStarted') {
      const { target, attempt: n } = event.data;
      if (install?.outcome !== 'under way' || !isSameTarget(install.target, target)) {
        install = { target, attempts: [], outcome: 'under way', startedAt: event.time, endedAt: null };
        installs.push(install);
      }
      attempt = { n, startedAt: event.time, endedAt: null, outcome: 'under way', why: '', evidence: [] };
      install.attempts.push(attempt);
    } else if (install && attempt) {
      note(install, attempt, event);
    }
  }
  return installs;
}

function note(install: PastInstall, attempt: PastAttempt, event: Event): void {
  const what = evidenceOf(event);
  if (what && attempt.outcome === 'under way' && !attempt.evidence.some((known) => known.what === what)) {
    attempt.evidence.push({ what, at: event.time });
  }
  switch (event.reason) {
    case 'AttemptFailed':
      Object.assign(attempt, { outcome: 'failed', endedAt: event.time, why: event.data.why });
      return;
    case 'InstallSettled':
      Object.assign(attempt, { outcome: 'settled', endedAt: event.time });
      Object.assign(install, { outcome: 'settled', endedAt: event.time });
      return;
    case 'Stuck':
      Object.assign(install, { outcome: 'stuck', endedAt: event.time });
  }
}

function evidenceOf(event: Event): string | undefined {
  if (event.reason === 'BootScriptServed' && event.data.answer === 'installer') return 'boot script fetched';
  if (event.reason === 'Reported' && event.data.boot) return 'first boot';
  return EVIDENCE[event.reason];
}

function isSameTarget(a: InstallTarget, b: InstallTarget): boolean {
  return a.profile === b.profile && a.generation === b.generation && a.commit === b.commit;
}
