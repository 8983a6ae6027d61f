import type { Reason } from '../model/event.ts';

/**
 * What was installed, by which commit, on whose word, at which attempt, what was put into the registry, and whose signature
 * counts: kept for as long as the store is.
 */
export const LEDGER_REASONS = [
  'InstallSettled',
  'CommitAccepted',
  'SignersTrusted',
  'InstallApproved',
  'ApprovalExpired',
  'AttemptFailed',
  'ImagePut',
  'ImageBuilt',
  'ImagePruneApproved',
  'ImagePruned',
] as const satisfies readonly Reason[];

const LEDGER: ReadonlySet<Reason> = new Set(LEDGER_REASONS);

export function isLedger(reason: Reason): boolean {
  return LEDGER.has(reason);
}
