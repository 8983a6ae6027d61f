/** Which of the ledger's events each answer is made from. */

import type { Reason } from '../model/event.ts';

export const ENTRY_REASONS = [
  ...(['InstallWanted', 'InstallUnwanted', 'InstallApproved', 'ApprovalExpired'] as const),
  ...(['AttemptStarted', 'AttemptFailed', 'Stuck', 'InstallSettled', 'NodeAdopted', 'NodeReleased'] as const),
] as const satisfies readonly Reason[];

export const REPORT_REASONS = [
  ...ENTRY_REASONS,
  'CommitAccepted',
  'Configured',
] as const satisfies readonly Reason[];

export const RACK_REASONS = [
  ...(['CommitAccepted', 'NodeFound', 'NodeAdopted', 'NodeReleased', 'BaselineMoved'] as const),
  ...(['InstallWanted', 'AnswersServed', 'InstallSettled', 'Configured', 'ImagePut', 'ImagePruned'] as const),
] as const satisfies readonly Reason[];
