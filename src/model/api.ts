/** What the control API answers (JSON). Times are ms since the epoch. */

import type { Condition } from './condition.ts';
import type { Commit, Policy, Pool, Profile } from './desired.ts';
import type { InstallRecord, InstallTarget, StackReport } from './event.ts';
import type { PowerHold } from './node-state.ts';
import type { NotificationsView } from './notifications.ts';
import type { Phase, PowerState } from './phase.ts';
import type { Action, ImageAction } from './plan.ts';
import type { PowerErrorKind } from './power.ts';
import type { Problem } from './problem.ts';
import type { Provenance } from './provenance.ts';
import type { Firmware, PowerWish, StackSpec } from './site.ts';

/** State of the repository: `ok`, or why the commit in force is not the newest. */
export interface GitView {
  state: 'starting' | 'ok' | 'unreachable' | 'bad-commit' | 'unverified' | 'rewritten';
  /** One sentence. */
  message: string;
  since: number;
  /** The newest commit seen on the branch. */
  head: string | null;
  /** Of the refused commit, when the state is `bad-commit`. */
  problems: Problem[];
}

/** DHCP, TFTP and DNS of the install networks: `ok`, or what is wrong and what is answered meanwhile. */
export interface DhcpView {
  state: 'off' | 'starting' | 'ok' | 'problem';
  /** One sentence. */
  message: string;
  since: number;
}

/** The registry that the daemon runs: `ok`, or what is wrong. `off`: the site has it run none. */
export interface RegistryView {
  state: 'off' | 'starting' | 'ok' | 'collecting' | 'problem';
  /** One sentence. */
  message: string;
  since: number;
}

/** Plans on pull requests. */
export interface ReviewView {
  /** `off`: the site names no forge. */
  state: 'off' | 'ok' | 'problem';
  message: string;
  since: number;
  /** Pull requests that are planned. */
  open: number;
}

/** The listener for webhooks: `ok`, or what is wrong. `off`: the site has none. */
export interface WebhooksView {
  state: 'off' | 'starting' | 'ok' | 'problem';
  /** One sentence. */
  message: string;
  since: number;
  /** Calls since the daemon started. */
  heard: number;
  refused: number;
}

export interface StatusView {
  version: string;
  startedAt: number;
  now: number;
  repository: string;
  /** Where the journal is. */
  store: { kind: 'SQLite' | 'Redis'; place: string };
  site: string | null;
  inForce: Commit | null;
  inForceSince: number | null;
  git: GitView;
  dhcp: DhcpView;
  registry: RegistryView;
  review: ReviewView;
  webhooks: WebhooksView;
  notifications: NotificationsView;
  policy: Policy | null;
  warnings: Problem[];
  nodes: number;
  phases: Record<Phase, number>;
  power: Record<PowerState, number>;
  /** Nodes held by a guard that needs a person. */
  needApproval: number;
  /** A sentence for each rollout that has halted itself. */
  halted: string[];
  sweep: { lastAt: number | null; lastMs: number | null; unreachable: number };
  bootUrl: string;
  /** Why installers' logs are not taken; null when they are, or when that is turned off. */
  installerLogs: string | null;
  /** Why nginx does not send the files of installers; null when it does, or is not declared. */
  offload: string | null;
  lastEventId: number;
}

export interface NodeView {
  name: string;
  pool: string;
  labels: Record<string, string>;
  desired: {
    power: PowerWish;
    profile: string;
    generation: number;
    protected: string | null;
    paused: { reason: string; until: number | null } | null;
    bmc: string | null;
    mac: string;
    address: string | null;
    firmware: Firmware;
    /** `file:line` of the node. */
    source: string;
  };
  phase: Phase;
  phaseSince: number;
  /** What it waits for; empty when it waits for nothing. */
  waitsFor: string;
  /** When the waiting ends, or null. */
  deadline: number | null;
  /** What happens then, or next; empty when nothing is to come. */
  next: string;
  power: PowerState;
  powerAt: number | null;
  bmc: { reachable: boolean; kind: PowerErrorKind | null; message: string; since: number } | null;
  attempt: {
    n: number;
    of: number;
    startedAt: number;
    target: InstallTarget;
    progress: { step: string; percent: number | null; at: number } | null;
  } | null;
  want: InstallTarget | null;
  record: InstallRecord | null;
  stacks: StackReport[];
  facts: Record<string, string>;
  reportedAt: number | null;
  pause: { why: string; until: number | null; by: string } | null;
  /** A person's word on its power, while it lasts; absent where an older daemon answers. */
  powerHold?: PowerHold | null;
  conditions: Condition[];
  /** What the plan says of it now. */
  actions: Action[];
}

/** What the installer of a node's last attempt has said, oldest line first. Nobody vouches for it. */
export interface InstallerLogView {
  installId: string;
  lines: string[];
}

/** A file that a node is served, as it would be now. */
export interface ServedFile {
  /** `boot script`, `preseed.cfg`, `barewright/late.sh`. */
  file: string;
  /** What is secret is masked; `(binary)` for what is no text. */
  text: string;
}

/** What a site has to choose from, each with who uses it. */
export interface PoolView extends Pool {
  nodes: number;
}

/** Password hashes are of no use to who chooses a profile. */
export interface ProfileView extends Omit<Profile, 'users'> {
  nodes: number;
}

export interface StackView extends StackSpec {
  name: string;
  /** Over every file of its directory. */
  digest: string;
  /** Paths below its directory. */
  files: string[];
  /** Profiles. */
  usedBy: string[];
}

/** By what it is asked for. */
export interface Declared {
  pools: PoolView;
  profiles: ProfileView;
  stacks: StackView;
  images: ImageView;
}

export interface Done {
  ok: true;
}

/** `begun`: id of the event that says so. */
export interface Begun {
  begun: number;
}

/** Of the words of a master controller. */
export type ManageAnswer = Switched | InstallAnswer;

export interface Switched {
  node: string;
  done: true;
}

/** Nothing was done: this is what to commit. */
export interface InstallAnswer {
  node: string;
  done: false;
  commit: { field: string; value: number; source: string };
  /** That makes the commit and opens a pull request. */
  command: string;
}

/** `address`: where browsers reach the pages; null where that is where this program does. */
export interface LoginLink {
  path: string;
  address: string | null;
}

/** Every refusal of the control API. */
export interface ApiError {
  error: { code: ApiErrorCode; message: string; hint?: string };
}

export type ApiErrorCode =
  | 'not-found'
  | 'unauthorized'
  | 'forbidden'
  | 'bad-request'
  | 'conflict'
  | 'outdated'
  | 'too-many'
  | 'not-ready'
  | 'internal';

/** Written by the daemon as `control.json` in its data directory, mode 0600; read by the command line. */
export interface ControlFile {
  url: string;
  token: string;
  pid: number;
  /** PEM of the certificate that it must show, and no other; absent without TLS. */
  certificate?: string;
}

/** A container image as Git declares it, and as the own registry has it. */
export interface ImageView {
  name: string;
  /** `docker.io/library/redis`, or the directory that it is built from. */
  from: string;
  /** `10.77.0.1:5000/redis`; without a host where the site has no registry of its own. */
  repository: string;
  /** `unknown`: not looked at yet, or a registry cannot be asked. `off`: nothing is done about it, and `message` says why. */
  state: 'ok' | 'copying' | 'building' | 'due' | 'problem' | 'unknown' | 'off';
  /** One sentence; empty when it is as declared. */
  message: string;
  tags: ImageTagView[];
  requiredBy: string[];
  /** `file:line`. */
  source: string;
  lookedAt: number | null;
  progress: { bytes: number; of: number | null } | null;
  actions: ImageAction[];
}

export interface ImageTagView {
  tag: string;
  wanted: string | null;
  /** Null for nothing; `unknown` when the own registry could not be asked. */
  present: string | null;
  /** Of what is present, where barewright built it. */
  provenance: Provenance | null;
}
