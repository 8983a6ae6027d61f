/** What the ledger tells. Made by `ledger/` from the journal's ledger events; times are ms since the epoch. */

import type { BuiltWith } from './built-with.ts';
import type { Commit } from './desired.ts';
import type { InstallRecord, RequiredImage } from './event.ts';

/** `adopted`: it reported an install of before. `dropped`: taken back, or another came in its place. `waiting`: not begun. */
export type LedgerOutcome = 'settled' | 'adopted' | 'stuck' | 'dropped' | 'under way' | 'waiting';

/** One install of one node. What journals of before do not say is null. */
export interface LedgerEntry {
  node: string;
  pool: string | null;
  profile: string;
  generation: number;
  /** Came into force with the wish; of an adopted install, what it was built from. */
  commit: string;
  /** On the way to that one, the commit that asked for it. */
  asked: Commit | null;
  /** `generation 1 → 2`. */
  change: string | null;
  outcome: LedgerOutcome;
  /** Of the last failure, or why it was dropped. */
  why: string | null;
  wantedAt: number | null;
  /** Of its first attempt. */
  startedAt: number | null;
  endedAt: number | null;
  /** Begun, and failed. */
  attempts: number;
  failures: number;
  /** Of the attempt that settled, ms. */
  durationMs: number | null;
  approvedBy: string | null;
  approvedAt: number | null;
  installId: string | null;
  installDigest: string | null;
  configDigest: string | null;
  stacks: readonly string[] | null;
  images: readonly RequiredImage[] | null;
  hardware: string | null;
}

/** Which installs are asked for. */
export interface LedgerFilter {
  node?: string;
  pool?: string;
  /** The beginning of the name of the commit that asked, or came into force with the wish. */
  commit?: string;
  profile?: string;
  /** ms since the epoch, both inclusive; held against the entry's end, or what it has come to. */
  since?: number;
  until?: number;
  /** The newest so many. */
  limit?: number;
}

/** A node as it was. */
export interface NodeAt extends BuiltWithAt {
  node: string;
  /** `installing`: its disk was given up, and the new one is not settled. `unknown`: it had not reported. */
  state: 'carries' | 'installing' | 'unknown';
  record: InstallRecord | null;
  /** When the record was settled or adopted, or the disk given up. */
  since: number | null;
  /** What Git said; null where the journal does not tell. */
  declared: { profile: string; generation: number } | null;
  images: readonly RequiredImage[] | null;
}

type BuiltWithAt = { [K in keyof BuiltWith]: BuiltWith[K] | null };

/** The rack as it was at a time. */
export interface RackAt {
  at: number;
  /** Null before the first. */
  inForce: { commit: Commit; since: number } | null;
  /** By which commits the nodes' installs were made, and would be made again; that of most nodes first. */
  rebuild: { commit: string; nodes: string[] }[];
  nodes: NodeAt[];
  /** Tags that barewright had put into the site's registry. */
  images: { image: string; repository: string; tag: string; digest: string; since: number }[];
}

export const REPORT_GROUPS = ['pool', 'profile', 'hardware', 'week', 'day'] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

export interface ReportQuestion {
  /** ms since the epoch; `until` is no part of the period, so that periods can be laid side by side. */
  since: number;
  until: number;
  pool: string | null;
  by: ReportGroup | null;
}

/** Of durations in ms. Median and p90 by nearest rank: each is a duration that was really there; null where there is none. */
export interface Spread {
  count: number;
  mean: number | null;
  median: number | null;
  p90: number | null;
}

/** The delivery figures of a period; docs/report.md defines each. */
export interface Figures {
  /** Commits that came into force and asked something of machines, and those that changed at least one. */
  changes: number;
  deployments: number;
  deploymentsPerWeek: number;
  /** Changes by which machines got stuck; of all changes, null where there are none. */
  failedChanges: number;
  changeFailureRate: number | null;
  /** From the time of the commit to the last of its machines. */
  leadTime: Spread;
  /** Deployments whose last machine has not settled; they have no lead time yet. */
  unfinished: number;
  /** From stuck to well again. */
  recovery: Spread;
  /** Got stuck in the period, and are stuck still. */
  stuck: number;
  /** Installs that settled, their attempts that failed, and what the attempt that settled took. */
  installs: number;
  failedAttempts: number;
  install: Spread;
  /** Times that machines were configured in place. */
  configured: number;
}

export interface Group<T> {
  name: string;
  figures: T;
}

export interface Report {
  since: number;
  /** Not in the period any more. */
  until: number;
  pool: string | null;
  all: Figures;
  by: ReportGroup | null;
  groups: Group<Figures>[];
  /** How long installs took; hardware is `unknown` where no machine's report named it. */
  profiles: Group<Spread>[];
  hardware: Group<Spread>[];
}
