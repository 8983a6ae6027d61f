/** What the ledger's events come to, taken one after the other: more of them are only the next ones to take. Pure. */

import type { Commit } from '../model/desired.ts';
import type { Event, Reason } from '../model/event.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { createEntries } from './entries.ts';

/** A commit, and when it came into force. */
export interface InForce {
  commit: Commit;
  at: number;
}

/** What happened to a node beside its installs, under the commit. */
export interface Deed {
  kind: 'configure' | 'stuck';
  node: string;
  commit: string | null;
  at: number;
}

/** Times are ms since the epoch. */
export interface History {
  /** Of the first event; null before it. */
  readonly begin: number | null;
  /** In the order in which they were wanted. */
  readonly entries: readonly LedgerEntry[];
  /** By the commit's id. One that is gone back to by name comes into force a second time; its first time is its delivery. */
  readonly inForce: ReadonlyMap<string, InForce>;
  readonly deeds: readonly Deed[];
  /** Stuck, and well again, or not wanted any more. */
  readonly recoveries: readonly { node: string; since: number; until: number }[];
  /** Those that are stuck still. */
  readonly stuckSince: ReadonlyMap<string, number>;
}

export interface Taking {
  readonly history: History;
  /** Those of `REPORT_REASONS`, oldest first; others change nothing. */
  take(event: Event): void;
}

export function createHistory(): Taking {
  const entries = createEntries();
  const inForce = new Map<string, InForce>();
  const deeds: Deed[] = [];
  const recoveries: { node: string; since: number; until: number }[] = [];
  const stuckSince = new Map<string, number>();
  let begin: number | null = null;

  function takeDeed({ node, reason, time: at, commit }: Event): void {
    if (node === null) return;
    const since = stuckSince.get(node);
    if (reason === 'Stuck') {
      if (since === undefined) stuckSince.set(node, at);
      deeds.push({ kind: 'stuck', node, commit, at });
    } else if (reason === 'NodeReleased') {
      stuckSince.delete(node);
    } else if (ENDS.has(reason)) {
      if (since !== undefined) recoveries.push({ node, since, until: at });
      stuckSince.delete(node);
    }
    if (reason === 'Configured') deeds.push({ kind: 'configure', node, commit, at });
  }

  return {
    history: {
      get begin() {
        return begin;
      },
      ...{ entries: entries.all, inForce, deeds, recoveries, stuckSince },
    },
    take(event) {
      begin ??= event.time;
      if (event.reason === 'CommitAccepted') {
        const { commit } = event.data;
        if (!inForce.has(commit.id)) inForce.set(commit.id, { commit, at: event.time });
      }
      entries.take(event);
      takeDeed(event);
    },
  };
}

/** Of being stuck. */
const ENDS: ReadonlySet<Reason> = new Set(['InstallSettled', 'Configured', 'InstallUnwanted']);

export function historyOf(events: Iterable<Event>): History {
  const { history, take } = createHistory();
  for (const event of events) take(event);
  return history;
}
