/** The journal's events of the branch: which commit was in force when, and what was refused. Pure. */

import type { Commit } from '../model/desired.ts';
import type { Event, EventData } from '../model/event.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import { sayDuration, type Times } from './times.ts';

/** A commit and its time in force. */
export interface CommitInForce {
  outcome: 'in force';
  commit: Commit;
  since: number;
  /** Null for the one that is in force now. */
  until: number | null;
  nodes: number;
  /** As it was when the commit came into force. */
  plan: EventData['CommitAccepted']['plan'];
}

/** A commit that never came into force. */
export interface CommitRefused {
  outcome: 'refused';
  /** Null where its history was refused before it was read. */
  commit: Commit | null;
  id: string;
  at: number;
  why: string;
}

export type PastCommit = CommitInForce | CommitRefused;

/** What `commitHistory` reads. */
export const COMMIT_REASONS = [
  ...(['CommitAccepted', 'CommitRejected', 'CommitUnverified', 'HistoryRefused'] as const),
] as const;

/** Takes events oldest first, and answers likewise. */
export function commitHistory(events: readonly Event[]): PastCommit[] {
  const past: PastCommit[] = [];
  let current: CommitInForce | null = null;
  for (const event of events) {
    if (event.reason === 'CommitAccepted') {
      if (current) current.until = event.time;
      const { commit, nodes, plan } = event.data;
      current = { outcome: 'in force', commit, since: event.time, until: null, nodes, plan };
      past.push(current);
    } else if (event.reason === 'CommitRejected' || event.reason === 'CommitUnverified') {
      const { commit } = event.data;
      past.push({ outcome: 'refused', commit, id: commit.id, at: event.time, why: event.message });
    } else if (event.reason === 'HistoryRefused') {
      past.push({ outcome: 'refused', commit: null, id: event.data.to, at: event.time, why: event.message });
    }
  }
  return past;
}

/** `1a2b3c4d5e  Thandi: Reinstall the proxies`, and below it what it was to machines. */
export function commitLines(past: PastCommit, times: Times, paint: Paint, now: number): string[] {
  const { commit } = past;
  const id = paint.strong(shortCommit(commit?.id ?? (past.outcome === 'refused' ? past.id : '')));
  const who = commit ? `  ${commit.author}: ${commit.subject}` : '';
  if (past.outcome === 'refused') {
    return [`${times.at(past.at)}  ${id}${who}`, `    ${paint.warning('refused')}: ${past.why}`];
  }
  const { since, until, nodes, plan } = past;
  const lasted = sayDuration((until ?? now) - since);
  const end = until === null ? paint.good(`in force for ${lasted}`) : `until ${times.at(until)} (${lasted})`;
  return [
    `${times.at(since)}  ${id}${who}`,
    `    ${end}, ${nodes} node${nodes === 1 ? '' : 's'}, plan ${plan.digest}: ${sayPlan(plan, paint)}`,
  ];
}

/** `3 reinstall (DATA LOSS), 12 power; 2 held by a guard`. */
function sayPlan({ totals, held }: CommitInForce['plan'], paint: Paint): string {
  const { 'DESTROYS DISK': disks, power, 'in-place': inPlace, files } = totals;
  const counts: [count: number, text: string][] = [
    [disks, paint.danger(`${disks} reinstall (DATA LOSS)`)],
    [power, `${power} power`],
    [inPlace, `${inPlace} configured in place`],
    [files, `${files} files only`],
  ];
  const said = counts.flatMap(([count, text]) => (count > 0 ? [text] : []));
  const kept = held > 0 ? `; ${held} held by a guard` : '';
  return said.length === 0 ? 'nothing to do' : `${said.join(', ')}${kept}`;
}
