/** The commits of the branch, for people. */

import type { PastCommit } from '../ledger/commit-history.ts';
import type { Paint } from '../plan/paint.ts';
import { sayAccepted } from '../plan/say-accepted.ts';
import { shortCommit } from '../plan/say-age.ts';
import { sayDuration, type Times } from './times.ts';

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
    `    ${end}, ${nodes} node${nodes === 1 ? '' : 's'}, plan ${plan.digest}: ${sayAccepted(plan, paint)}`,
  ];
}
