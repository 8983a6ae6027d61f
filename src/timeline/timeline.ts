/** A node's events as chapters: an install with its attempts each, and what was between. Pure. */

import type { Event, InstallTarget, Reason } from '../model/event.ts';
import type { Chapter, PastInstall } from '../model/timeline.ts';
import { beginAttempt, endAttempt, noteInAttempt } from './attempts.ts';
import { foldLines } from './fold-lines.ts';

/** The events that installs are told by; the chapters' lines take all. */
export const INSTALL_REASONS: readonly Reason[] = [
  ...([
    'InstallWanted',
    'InstallUnwanted',
    'AttemptStarted',
    'AttemptFailed',
    'InstallSettled',
    'Stuck',
  ] as const),
  ...(['PhaseEntered', 'PowerObserved', 'BootScriptServed', 'AnswersServed', 'InstallCompleted'] as const),
  ...(['Reported', 'SshChecked'] as const),
];

interface Draft {
  install: PastInstall | null;
  events: Event[];
}

/** Takes events of one node, oldest first; `pullRequestsOf` is asked for those that brought a commit. */
export function chaptersOf(
  events: readonly Event[],
  pullRequestsOf: (commit: string) => number[] = () => [],
): Chapter[] {
  const drafts: Draft[] = [];
  for (const event of events) {
    const draft = draftFor(event, drafts, pullRequestsOf);
    draft.events.push(event);
    if (draft.install) note(draft.install, event);
  }
  return drafts.map(({ install, events: own }, i) => ({
    install,
    since: own[0]?.time ?? 0,
    until: drafts[i + 1]?.events[0]?.time ?? null,
    lines: foldLines(own),
  }));
}

/** The chapter that the event belongs to, begun where it is the first of one. */
function draftFor(event: Event, drafts: Draft[], pullRequestsOf: (commit: string) => number[]): Draft {
  const current = drafts.at(-1);
  const target = targetOf(event);
  if (target && !(current?.install && goesOn(current.install, target))) {
    const ends = { outcome: 'under way', why: '', startedAt: event.time, endedAt: null } as const;
    return begin(drafts, { target, pullRequests: pullRequestsOf(target.commit), attempts: [], ...ends });
  }
  const isOver = current?.install?.outcome === 'settled' || current?.install?.outcome === 'dropped';
  return current && !isOver ? current : begin(drafts, null);
}

function begin(drafts: Draft[], install: PastInstall | null): Draft {
  const draft = { install, events: [] };
  drafts.push(draft);
  return draft;
}

function targetOf(event: Event): InstallTarget | null {
  return event.reason === 'InstallWanted' || event.reason === 'AttemptStarted' ? event.data.target : null;
}

function goesOn({ outcome, target }: PastInstall, next: InstallTarget): boolean {
  const isSame =
    target.profile === next.profile && target.generation === next.generation && target.commit === next.commit;
  return outcome === 'under way' && isSame;
}

function note(install: PastInstall, event: Event): void {
  const attempt = install.attempts.at(-1);
  if (attempt) noteInAttempt(attempt, event);
  switch (event.reason) {
    case 'AttemptStarted':
      install.attempts.push(beginAttempt(event));
      return;
    case 'AttemptFailed':
      if (attempt) endAttempt(attempt, 'failed', event.time, event.data.why);
      return;
    case 'InstallSettled':
      if (attempt) endAttempt(attempt, 'settled', event.time);
      Object.assign(install, { outcome: 'settled', endedAt: event.time });
      return;
    case 'InstallUnwanted':
      Object.assign(install, { outcome: 'dropped', endedAt: event.time, why: event.data.why });
      return;
    case 'Stuck':
      Object.assign(install, { outcome: 'stuck', endedAt: event.time, why: event.data.why });
  }
}

/** The installs alone, oldest first; those that were never begun are left out. */
export function installsOf(chapters: readonly Chapter[]): PastInstall[] {
  return chapters.flatMap(({ install }) => (install && install.attempts.length > 0 ? [install] : []));
}
