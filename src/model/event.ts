/** The journal's events: what was wanted, seen, done and waited for. Everything else is folded from them. */

import type { BuiltWith } from './built-with.ts';
import type { Commit } from './desired.ts';
import type { NotificationEvents } from './notifications.ts';
import type { Phase, PowerOp, PowerState } from './phase.ts';
import type { Effect } from './plan.ts';
import type { PowerErrorKind } from './power.ts';
import type { Problem, SourceRef } from './problem.ts';
import type { RegistryEvents } from './registry-events.ts';
import type { ShownPlan } from './review.ts';
import type { SignatureFault, TrailerFault, Trust } from './signer.ts';

/** What an installed node carries and reports. */
export interface InstallRecord {
  installId: string;
  profile: string;
  generation: number;
  installDigest: string;
  commit: string;
}

/** An install that a watched commit, or a person, asked for. */
export interface InstallTarget {
  profile: string;
  generation: number;
  /** The commit that came into force with the wish. */
  commit: string;
  /** The commit on the way to it that touched the file of the wish. */
  asked: Commit;
  cause: SourceRef;
  /** `generation 1 → 2`, `profile base → docker`, `first install`. */
  change: string;
  /** How many nodes the same step asked to reinstall; held against `policy.reinstallsPerCommit`. */
  together: number;
  /** A person approved it for a node that had not reported; a report before it begins takes it back. */
  first: boolean;
  /** The pull requests that it came with, none of which showed the loss of this disk. */
  notShownBy?: number[];
}

/** A tag of the own registry that a node needs. */
export interface RequiredImage {
  image: string;
  repository: string;
  tag: string;
  digest: string;
}

export interface StackReport {
  name: string;
  state: 'ok' | 'failed' | 'running';
  message?: string;
}

/** Data of each kind of event. Site-wide events have `node: null`. */
export interface EventData extends NotificationEvents, RegistryEvents {
  // The site
  DaemonStarted: { version: string };
  DaemonStopped: { signal: string };
  CommitAccepted: {
    commit: Commit;
    previous: string | null;
    nodes: number;
    /** Of the plan that was made for the step: what a preview of it showed. */
    plan: { digest: string; totals: Record<Effect, number>; held: number };
    /** That it brought, and whose plans had been shown. */
    pullRequests?: number[];
  };
  /** A pull request's plan is shown there, for the first time or because it is another one now. */
  PlanShown: ShownPlan & { totals: string };
  /** What came into force destroys other disks than its pull requests showed; what nobody was shown is held. */
  PlanDiffers: { pullRequests: number[]; shown: string[]; digest: string; more: string[]; fewer: string[] };
  /** `code` as in review/forge.ts, or of Git. Machines go on without it. */
  ReviewProblem: { code: string };
  ReviewRecovered: { since: number };
  CommitRejected: { commit: Commit; problems: Problem[]; total: number };
  HistoryRefused: { from: string; to: string };
  HistoryAccepted: { from: string; to: string };
  /** `commit`: the one on the way to the head that no listed key vouches for; `found` as in Signature. Nothing changes. */
  CommitUnverified: { commit: Commit; head: string; fault: SignatureFault; found: string };
  /** From now on commits must be signed so; null: they need not be. `first-use`: nobody vouched for the commit that says it. */
  SignersTrusted: { trust: Trust | null; by: 'commit' | 'first-use' };
  /** A `Barewright-Approve` that approved nothing; `plan` is the digest at the time. */
  TrailerIgnored: { commit: Commit; digest: string; fault: TrailerFault; plan: string };
  GitUnreachable: { code: string };
  GitReachable: { unreachableSince: number };
  /** `why` names the nodes that failed. Events of before do not say the pool. */
  RolloutHalted: { why: string; pool?: string };
  /** It is halted no more; `rollout` is the beginning of the sentence that said it was. */
  RolloutReleased: { rollout: string; pool: string; why: string };
  PlanApproved: { digest: string; nodes: string[]; why: string };
  /** `code` as in dhcp/error.ts. What was in force before goes on being answered. */
  DhcpProblem: { code: string };
  DhcpApplied: { change: 'reloaded' | 'restarted' | 'recovered'; hosts: number };

  // Images. `registry` is the own one's host and port.
  ImageIntent: {
    action: 'build' | 'copy' | 'retag' | 'prune';
    image: string;
    registry: string;
    repository: string;
    tag: string;
    digest: string;
  };
  /** The tag is there, with everything behind it. */
  ImagePut: {
    image: string;
    registry: string;
    repository: string;
    tag: string;
    digest: string;
    /** What the tag was before; null for nothing. */
    previous: string | null;
    from: string;
    /** That were moved. */
    bytes: number;
    requiredBy: string[];
    /** Of what was built, as in DesiredImage. */
    key?: string;
  };
  /** A build begins. `tree` as in DesiredImage. */
  ImageBuilding: { image: string; registry: string; repository: string; key: string; tree: string };
  /** Its image is in the registry; the tags come next. */
  ImageBuilt: {
    image: string;
    registry: string;
    repository: string;
    key: string;
    digest: string;
    ms: number;
  };
  /** `code` as in build/errors.ts. */
  ImageBuildFailed: { image: string; key: string; code: string; ms: number };
  /** What the builder said, just before its end is journaled; `left` lines are left out of the middle. */
  ImageBuildLog: { image: string; key: string; lines: string[]; left: number };
  /** A person lets a held tag go: this digest, under the commit in force, as `plan` showed it. See ImageHold. */
  ImagePruneApproved: {
    image: string;
    registry: string;
    repository: string;
    tag: string;
    digest: string;
    /** The plan's. */
    plan: string;
    approval: string;
    why: string;
  };
  ImagePruned: { image: string; registry: string; repository: string; tag: string; digest: string };
  /** `tag` null: the image as a whole. `code` as in registry/errors.ts, or build/errors.ts. */
  ImageProblem: { image: string; tag: string | null; code: string };
  /** The tag is not what barewright wrote: somebody moved or removed it. */
  ImageDrift: { image: string; tag: string; put: string; found: string | null };

  // Webhooks. `listen` is address and port.
  WebhooksServed: { listen: string };
  /** `listen`: the port cannot be had. `secret`: the secret cannot be read. It is tried again until it works. */
  WebhookProblem: { listen: string; code: 'listen' | 'secret' };
  /** So many calls were refused for this cause since it was said last; `address` is that of the newest. */
  WebhookRefused: { cause: string; kind: string | null; address: string; count: number };

  /** So many times somebody could not show who he is since it was said last; `address` is that of the newest. */
  AccessRefused: { what: 'token' | 'login'; address: string; count: number };

  BootRefused: {
    what: 'unknown-mac' | 'bad-token' | 'bad-signature' | 'wrong-address' | 'not-armed' | 'malformed';
    detail: string;
    address: string;
  };

  // A node and Git
  NodeFound: { profile: string; generation: number };
  NodeAdopted: { record: InstallRecord };
  NodeReleased: Record<string, never>;
  BaselineMoved: { profile: string; generation: number };
  InstallWanted: { target: InstallTarget };
  InstallUnwanted: { why: string };
  InstallApproved: { digest: string | null; why: string };
  /** The install had not begun by then. `at`: when it ran out, ms since the epoch. */
  ApprovalExpired: { by: string; at: number };

  // A node's life. `deadline` in ms since the epoch, or null for none.
  PhaseEntered: { phase: Phase; from: Phase; waitingFor: string; deadline: number | null };
  AttemptStarted: { attempt: number; installId: string; target: InstallTarget };
  AttemptFailed: { attempt: number; why: string; missing: Rung; retryAt: number | null };
  Disarmed: { installId: string; why: string };
  /** `images`: what its pool and profile required, as the registry had it then; journals of before do not say, nor what else is optional. */
  InstallSettled: Partial<BuiltWith> & {
    record: InstallRecord;
    durationMs: number;
    images?: readonly RequiredImage[];
  };
  /** Its stacks are as Git has them again, in place. */
  Configured: BuiltWith;
  Stuck: { why: string };
  RetryRequested: Record<string, never>;
  Paused: { why: string; until: number | null };
  Resumed: Record<string, never>;
  /** A person's word on the power, which goes before Git's until then. */
  PowerHeld: { state: 'on' | 'off'; until: number; why: string };
  /** It has run out, or a person ended it: Git's word counts again. */
  PowerHoldEnded: Record<string, never>;
  CycleRequested: { why: string };
  CycleDone: Record<string, never>;
  Waiting: { waitingFor: string; until: number | null };

  // Power
  PowerIntent: { op: PowerOp | 'next-boot-pxe' };
  PowerResult: {
    op: PowerOp | 'next-boot-pxe';
    outcome: 'accepted' | 'failed';
    error: PowerErrorKind | null;
  };
  PowerObserved: { state: PowerState; previous: PowerState };
  BmcUnreachable: { kind: PowerErrorKind };
  BmcReachable: { unreachableSince: number };

  // Evidence from DHCP and TFTP. `pxe`: boot firmware or iPXE asked, not an operating system.
  DhcpSeen: {
    kind: 'offer' | 'ack' | 'tftp' | 'refused';
    mac: string;
    address: string;
    pxe: boolean;
    detail: string;
  };

  // Evidence from the boot plane
  BootScriptServed: { answer: 'installer' | 'local-disk'; address: string };
  /** `key` names the key that the installed system will sign with; journals of before have none. */
  AnswersServed: { installId: string; address: string; key?: string };
  InstallProgress: { installId: string; step: string; percent: number | null };
  InstallCompleted: { installId: string };
  InstallFailed: { installId: string; why: string };
  /** The system that was installed showed the host key it had reported, and the id of the install. */
  SshChecked: { installId: string; hostKey: string };
  Reported: {
    record: InstallRecord | null;
    configDigest: string | null;
    stacks: StackReport[];
    facts: Record<string, string>;
    boot: boolean;
    /** Signed with the key of its install; journals of before do not say. */
    verified?: boolean;
  };
}

export type Reason = keyof EventData;

/** The rungs of evidence an install climbs; a failed attempt names the one that was missing. */
export type Rung =
  | 'power-off'
  | 'boot-device'
  | 'power-on'
  | 'boot-script'
  | 'answers'
  | 'installed'
  | 'first-boot'
  | 'stacks'
  | 'ssh';

interface EventFields<R extends Reason> {
  node: string | null;
  reason: R;
  /** One sentence for a person. */
  message: string;
  /** The commit this was done for, if any. */
  commit: string | null;
  /** `daemon`, `node`, `git`, or a person's name. */
  actor: string;
  data: EventData[R];
}

/** An event before the journal has given it its place; a union over all reasons. */
export type NewEvent = { [R in Reason]: EventFields<R> }[Reason];

/** What the journal adds: place, time, and the node's phase and attempt after the event. */
export interface EventPlace {
  /** Ascending without gaps from 1 in one store. */
  id: number;
  /** ms since the epoch. */
  time: number;
  phase: Phase | null;
  attempt: number | null;
}

export type Event = NewEvent & EventPlace;
