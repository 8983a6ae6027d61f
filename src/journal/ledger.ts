import type { Reason } from '../model/event.ts';

/**
 * What was wanted, installed and configured, by which commit, on whose word, at which attempt, how it ended, what was put into
 * the registry, and whose signature counts: kept for as long as the store is. A rack of any day can be told from these alone.
 */
export const LEDGER_REASONS = [
  'CommitAccepted',
  'SignersTrusted',
  'NodeFound',
  'NodeAdopted',
  'NodeReleased',
  'BaselineMoved',
  'InstallWanted',
  'InstallUnwanted',
  'PlanApproved',
  'InstallApproved',
  'ApprovalExpired',
  'AttemptStarted',
  'AnswersServed',
  'AttemptFailed',
  'Stuck',
  'InstallSettled',
  'Configured',
  'ImagePut',
  'ImageBuilt',
  'ImagePruneApproved',
  'ImagePruned',
] as const satisfies readonly Reason[];

const LEDGER: ReadonlySet<Reason> = new Set(LEDGER_REASONS);

export function isLedger(reason: Reason): boolean {
  return LEDGER.has(reason);
}
