import type { Reason } from './event.ts';

/** Events that say that something is wrong: warnings of the daemon's log, marked where events are listed. */
export const LOUD: ReadonlySet<Reason> = new Set([
  'CommitRejected',
  'HistoryRefused',
  'CommitUnverified',
  'TrailerIgnored',
  'GitUnreachable',
  'PlanDiffers',
  'ReviewProblem',
  'BootRefused',
  'DhcpProblem',
  'ImageBuildFailed',
  'ImageProblem',
  'ImageDrift',
  'RegistryProblem',
  'RegistryRefused',
  'WebhookProblem',
  'WebhookRefused',
  'NotificationProblem',
  'CollectionFailed',
  'ApprovalExpired',
  'RolloutHalted',
  'AttemptFailed',
  'InstallFailed',
  'BmcUnreachable',
  'Stuck',
]);
