/** What each event of the journal is to people: how bad, and whether it is a trouble that lasts or a piece of news. Pure. */

import type { Event, Reason } from '../model/event.ts';
import type { Severity, Telling } from '../model/notifications-spec.ts';
import type { PowerErrorKind } from '../model/power.ts';

/** A trouble is told again when it is over; `group`: what has one cause, `member`: what it is about. */
export type Class =
  | { kind: 'trouble'; reason: Telling; severity: Severity; group: string; member: string }
  | { kind: 'news'; reason: Telling; severity: Severity };

/** What a network that is down looks like; the others have something to do with each BMC. */
const SILENT: ReadonlySet<PowerErrorKind> = new Set(['unreachable', 'timeout', 'busy', 'not-ready']);
const LOGIN: ReadonlySet<PowerErrorKind> = new Set(['auth', 'privilege', 'cipher']);
/** Somebody tries doors, rather than having taken the wrong one. */
const FORGED: ReadonlySet<string> = new Set(['bad-token', 'bad-signature', 'wrong-address']);

type Classify<R extends Reason> = (event: Extract<Event, { reason: R }>) => Class;
type Table = { [R in Telling]: Classify<R> };

const TABLE: Table = {
  ApprovalExpired: ({ reason }) => news(reason, 'warning'),
  AttemptFailed: ({ reason }) => news(reason, 'info'),
  BmcUnreachable: ({ reason, node, data }) =>
    trouble(reason, 'warning', `bmc-${bmcCause(data.kind)}`, node ?? ''),
  BootRefused: ({ reason, data }) => news(reason, FORGED.has(data.what) ? 'warning' : 'info'),
  CollectionFailed: ({ reason }) => news(reason, 'warning'),
  CommitAccepted: ({ reason, data }) => news(reason, data.plan.held > 0 ? 'warning' : 'info'),
  CommitRejected: ({ reason }) => trouble(reason, 'error', 'commit', 'branch'),
  CommitUnverified: ({ reason }) => trouble(reason, 'error', 'commit', 'branch'),
  DaemonStarted: ({ reason }) => news(reason, 'info'),
  // Another server answers now and then: nothing says that it has gone.
  DhcpProblem: ({ reason, data }) =>
    data.code === 'rival' ? news(reason, 'warning') : trouble(reason, 'error', 'dhcp', 'dhcp'),
  GitUnreachable: ({ reason }) => trouble(reason, 'warning', 'git', 'repository'),
  HistoryAccepted: ({ reason }) => news(reason, 'info'),
  HistoryRefused: ({ reason }) => trouble(reason, 'error', 'commit', 'branch'),
  ImageBuildFailed: ({ reason, data }) => trouble(reason, 'warning', 'builds', data.image),
  ImageDrift: ({ reason }) => news(reason, 'warning'),
  ImageProblem: ({ reason, data }) => trouble(reason, 'warning', `images-${data.code}`, data.image),
  ImagePut: ({ reason }) => news(reason, 'info'),
  InstallSettled: ({ reason }) => news(reason, 'info'),
  PlanDiffers: ({ reason }) => news(reason, 'warning'),
  RegistryProblem: ({ reason }) => trouble(reason, 'error', 'registry', 'registry'),
  RegistryRefused: ({ reason }) => news(reason, 'warning'),
  RegistryRevoked: ({ reason }) => news(reason, 'info'),
  ReviewProblem: ({ reason }) => trouble(reason, 'warning', 'review', 'review'),
  RolloutHalted: ({ reason, data }) => trouble(reason, 'error', 'rollouts', haltedRollout(data.why)),
  SignersTrusted: ({ reason }) => news(reason, 'info'),
  Stuck: ({ reason, node, commit }) =>
    trouble(reason, 'error', `stuck-${commit?.slice(0, 10) ?? 'none'}`, node ?? ''),
  TrailerIgnored: ({ reason }) => news(reason, 'warning'),
  WebhookProblem: ({ reason }) => trouble(reason, 'warning', 'webhooks', 'webhooks'),
  WebhookRefused: ({ reason }) => news(reason, 'info'),
};

/** Null for what is told to nobody, as what becomes of notifications themselves. */
export function classify(event: Event): Class | null {
  return Object.hasOwn(TABLE, event.reason)
    ? (TABLE[event.reason as Telling] as Classify<Reason>)(event)
    : null;
}

/** The sentence of a halted rollout counts its failures; its beginning names it for as long as it lasts. */
export function haltedRollout(why: string): string {
  return why.split(' has halted')[0] ?? why;
}

function bmcCause(kind: PowerErrorKind): 'silent' | 'login' | 'manners' {
  if (SILENT.has(kind)) return 'silent';
  return LOGIN.has(kind) ? 'login' : 'manners';
}

function trouble(reason: Telling, severity: Severity, group: string, member: string): Class {
  return { kind: 'trouble', reason, severity, group, member };
}

function news(reason: Telling, severity: Severity): Class {
  return { kind: 'news', reason, severity };
}
