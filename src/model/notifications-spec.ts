/** Who is told of troubles, in the site's document. */

import type { SecretRef } from './secret-ref.ts';
import type { Duration } from './site-parts.ts';

export const SEVERITIES = ['info', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Reasons of the journal that can be told. */
export const TELLING = [
  'ApprovalExpired',
  'AttemptFailed',
  'BmcUnreachable',
  'BootRefused',
  'CollectionFailed',
  'CommitAccepted',
  'CommitRejected',
  'CommitUnverified',
  'DaemonStarted',
  'DhcpProblem',
  'GitUnreachable',
  'HistoryAccepted',
  'HistoryRefused',
  'ImageBuildFailed',
  'ImageDrift',
  'ImageProblem',
  'ImagePut',
  'InstallSettled',
  'PlanDiffers',
  'RegistryProblem',
  'RegistryRefused',
  'RegistryRevoked',
  'ReviewProblem',
  'RolloutHalted',
  'SignersTrusted',
  'Stuck',
  'TrailerIgnored',
  'WebhookProblem',
  'WebhookRefused',
] as const;
export type Telling = (typeof TELLING)[number];

export interface NotificationsSpec {
  /** By name. */
  channels: Record<string, ChannelSpec>;
  /** Default: to every channel, what is a `warning` or worse. */
  routes?: RouteSpec[];
  /** Where people reach the pages; messages link there. */
  pages?: string;
  /** How long more of the same is waited for. Default `30s`. */
  wait?: Duration;
  /** Between two messages about the same trouble. Default `5m`. */
  updates?: Duration;
  /** Messages to one channel within ten minutes; what is more is put together. Default 20. */
  atMost?: number;
}

export interface RouteSpec {
  channels: string[];
  /** And worse. Default `warning`; `info` where `reasons` are named. */
  severity?: Severity;
  /** Only what is about nodes of these. */
  pools?: string[];
  reasons?: Telling[];
}

export type ChannelSpec =
  | { slack: SlackSpec }
  | { matrix: MatrixSpec }
  | { teams: TeamsSpec }
  | { email: EmailSpec }
  | { webhook: WebhookSpec }
  | { alertmanager: AlertmanagerSpec };

/** An incoming webhook: who knows its address may post, so that the address is a secret. */
export interface SlackSpec {
  url: SecretRef;
  /** PEM; trusted for this channel instead of the system's authorities. */
  ca?: SecretRef;
}

export interface MatrixSpec {
  /** `https://matrix.example.org`. */
  homeserver: string;
  /** `!id:server`. */
  room: string;
  token: SecretRef;
  ca?: SecretRef;
}

/** A workflow that posts an Adaptive Card when a webhook is called; its address is a secret. */
export interface TeamsSpec {
  url: SecretRef;
  ca?: SecretRef;
}

export interface EmailSpec {
  host: string;
  /** Default 587; 465 with `tls`. */
  port?: number;
  /** `none` only without a password, or on loopback. Default `starttls`. */
  security?: 'starttls' | 'tls' | 'none';
  username?: string;
  password?: SecretRef;
  from: string;
  to: string[];
  ca?: SecretRef;
}

/** Anything else that takes signed JSON. */
export interface WebhookSpec {
  url: string;
  /** What the calls are signed with. */
  secret: SecretRef;
  ca?: SecretRef;
}

export interface AlertmanagerSpec {
  url: string;
  username?: string;
  password?: SecretRef;
  /** A bearer token, instead of user name and password. */
  token?: SecretRef;
  ca?: SecretRef;
}
