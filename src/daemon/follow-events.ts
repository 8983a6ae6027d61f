/** What following a branch says of it: that it was rewritten, that a person let that pass, that it cannot be read, and that it can again. */

import type { GitError } from '../git/errors.ts';
import type { NewEvent } from '../model/event.ts';
import { shortCommit } from '../plan/say-age.ts';

export function historyRefused(from: string, to: string): NewEvent {
  const again = `to go on with it: barewright accept-history ${shortCommit(to)}`;
  const message = `the branch was rewritten: ${shortCommit(to)} does not follow ${shortCommit(from)}, which stays in force; ${again}`;
  return { ...siteWide(to), reason: 'HistoryRefused', message, data: { from, to } };
}

export function historyAccepted(from: string, to: string, actor: string): NewEvent {
  const message = `rewritten history accepted: ${shortCommit(to)} may follow ${shortCommit(from)}`;
  return { ...siteWide(to), actor, reason: 'HistoryAccepted', message, data: { from, to } };
}

export function gitUnreachable({ code, message }: GitError): NewEvent {
  return { ...siteWide(null), reason: 'GitUnreachable', message, data: { code } };
}

/** `since` in ms since the epoch. */
export function gitReachable(since: number): NewEvent {
  const message = 'the repository can be read again';
  return { ...siteWide(null), reason: 'GitReachable', message, data: { unreachableSince: since } };
}

function siteWide(commit: string | null) {
  return { node: null, commit, actor: 'git' };
}
