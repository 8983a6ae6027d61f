/** What will be done to machines, and why. Made by `plan/`; shown by review, CLI and pages; carried out by `act/`. */

import type { Commit } from './desired.ts';
import type { SourceRef } from './problem.ts';

/** In rising order of what they cost. */
export const EFFECTS = ['none', 'files', 'in-place', 'power', 'DESTROYS DISK'] as const;
export type Effect = (typeof EFFECTS)[number];

export type ActionKind =
  | 'install'
  | 'power-on'
  | 'power-off'
  | 'configure'
  | 'files'
  | 'find'
  | 'release'
  | 'outdated'
  | 'drift'
  /** A person's word on its power goes before Git's for a while. */
  | 'power-hold';

/** The guard that keeps an action back. `approval` ones need a person; the others lift by themselves. */
export type Guard =
  | 'unknown-install'
  | 'reinstalls-per-commit'
  | 'not-shown'
  | 'protected'
  | 'paused'
  | 'power-held'
  | 'installs-at-once'
  | 'unavailable-per-pool'
  | 'stuck'
  | 'power-unknown'
  | 'no-bmc'
  | 'halted'
  | 'window'
  | 'dependency'
  | 'canary';

export interface Cause {
  source: SourceRef | null;
  /** The commit that brought the change; null when it is observation that moved. */
  commit: Commit | null;
}

export interface Hold {
  guard: Guard;
  /** One sentence: why, and what lifts it. */
  why: string;
  needsApproval: boolean;
  /** When it is to be looked at again, ms since the epoch, where time alone may lift it. */
  until?: number;
}

export interface Action {
  node: string;
  pool: string;
  kind: ActionKind;
  effect: Effect;
  /** `generation 1 → 2`, `power off → on`. Nodes with the same text are shown as one group. */
  change: string;
  cause: Cause;
  hold: Hold | null;
}

export type ImageActionKind = 'build' | 'copy' | 'retag' | 'prune' | 'drift';

/** `prunes-at-once`: more than policy.prunesAtOnce. `required`: nodes carry a profile that needs it. */
export type ImageGuard = 'prunes-at-once' | 'required';

export interface ImageHold {
  guard: ImageGuard;
  /** One sentence: why, and what lifts it. */
  why: string;
  /** What an approval must have been given for: the guard, and of `required` a digest of the nodes' names. */
  approval: string;
}

/** What will be done to a tag of the own registry; a build makes all tags of its image. No machine is touched. */
export interface ImageAction {
  image: string;
  kind: ImageActionKind;
  effect: 'files' | 'none';
  repository: string;
  /** Or a range of versions, where it is not known which tags that are. */
  tag: string;
  /** What the tag will be, or is before it goes; null where upstream was not asked, and of a build. */
  digest: string | null;
  /** Of a build: all tags that get it. */
  tags?: string[];
  /** To be moved, layers that are there already not taken off; null where it is not known. */
  bytes: number | null;
  change: string;
  cause: Cause;
  hold: ImageHold | null;
}

/** How a rendered file changes; nodes whose files change in the same lines are together. */
export interface FileChange {
  /** `boot script`, `preseed.cfg`, `dnsmasq: hosts`. */
  file: string;
  /** Empty for a file of the whole site. */
  nodes: string[];
  /** Unified, of the first of the nodes. Secrets are masked. */
  diff: string;
}

export interface Plan {
  /** The commit planned for. */
  commit: Commit;
  /** In node order, the most costly action of a node first. */
  actions: Action[];
  /** In the order of images and tags. They are not counted in `totals` and `held`, which speak of nodes. */
  images: ImageAction[];
  /**
   * Over which disks are destroyed, which of that needs approval, and which tags are held; not over time, drift or
   * transient queueing.
   */
  digest: string;
  totals: Record<Effect, number>;
  /** Actions kept back by a guard. */
  held: number;
  /** Time of the oldest observation used, ms since the epoch; null when none was. */
  observedSince: number | null;
  /** Of a commit that is not in force: why nobody that counts vouches for it as it is. Left out where somebody does. */
  unverified?: string;
}
