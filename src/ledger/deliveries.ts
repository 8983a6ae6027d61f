/** What the figures of a report are counted from: each with the one time at which it counts. Pure. */

import type { Commit } from '../model/desired.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Deed, History, InForce } from './history.ts';

/** What the groups of a report go by; null for what nobody knows. */
export interface Place {
  node: string;
  pool: string | null;
  profile: string | null;
  hardware: string | null;
}

/** What a commit in force did to one machine: installed it, configured it in place, or got it stuck. */
export interface Effect extends Place {
  kind: 'install' | 'configure' | 'stuck';
  /** The commit came into force at; the time at which it counts. */
  at: number;
  commit: Commit;
  /** Null for an install that was not wanted any more, and for what is not over. */
  settledAt: number | null;
  /** Something is still to come. */
  open: boolean;
}

/** From stuck to well again; counts at its end. `until` null: stuck still, which counts at its beginning. */
export interface Recovery extends Place {
  since: number;
  until: number | null;
}

/** Counts when it settled. */
export interface SettledInstall extends Place {
  at: number;
  durationMs: number;
  failures: number;
}

export interface Deliveries {
  effects: Effect[];
  recoveries: Recovery[];
  installs: SettledInstall[];
  /** Counts at `at`. */
  configured: (Place & { at: number })[];
}

/** `poolOf` is asked for what no event tells. */
export function deliveriesOf(history: History, poolOf: (node: string) => string | null): Deliveries {
  const { entries, inForce, deeds, recoveries, stuckSince } = history;
  const places = placesOf(entries, poolOf);
  const found: Deliveries = { effects: [], recoveries: [], installs: [], configured: [] };
  for (const entry of entries) takeEntry(found, entry, inForce, places(entry.node, entry));
  for (const deed of deeds) takeDeed(found, deed, inForce, places(deed.node));
  for (const { node, ...times } of recoveries) found.recoveries.push({ ...places(node), ...times });
  for (const [node, since] of stuckSince) found.recoveries.push({ ...places(node), since, until: null });
  return found;
}

type Places = (node: string, entry?: LedgerEntry) => Place;

/** An entry's own word goes first, then that of the node's newest install that knows. */
function placesOf(entries: readonly LedgerEntry[], poolOf: (node: string) => string | null): Places {
  const known = new Map<string, Place>();
  for (const { node, pool, profile, hardware } of entries) {
    const before = known.get(node);
    known.set(node, {
      ...{ node, profile, pool: pool ?? before?.pool ?? null },
      hardware: hardware ?? before?.hardware ?? null,
    });
  }
  return (node, entry) => {
    const newest = known.get(node);
    return {
      node,
      pool: entry?.pool ?? poolOf(node) ?? newest?.pool ?? null,
      profile: entry?.profile ?? newest?.profile ?? null,
      hardware: entry?.hardware ?? newest?.hardware ?? null,
    };
  };
}

function takeEntry(
  found: Deliveries,
  { outcome, commit, endedAt, durationMs, failures }: LedgerEntry,
  commits: ReadonlyMap<string, InForce>,
  place: Place,
): void {
  if (outcome === 'adopted') return;
  const settledAt = outcome === 'settled' ? endedAt : null;
  if (settledAt !== null)
    found.installs.push({ ...place, at: settledAt, durationMs: durationMs ?? 0, failures });
  const inForce = commits.get(commit);
  if (!inForce) return;
  const open = outcome === 'waiting' || outcome === 'under way' || outcome === 'stuck';
  found.effects.push({ ...place, ...inForce, kind: 'install', settledAt, open });
}

function takeDeed(
  found: Deliveries,
  { kind, at, commit }: Deed,
  commits: ReadonlyMap<string, InForce>,
  place: Place,
): void {
  if (kind === 'configure') found.configured.push({ ...place, at });
  const inForce = commits.get(commit ?? '');
  if (!inForce) return;
  const settledAt = kind === 'configure' ? at : null;
  found.effects.push({ ...place, ...inForce, kind, settledAt, open: false });
}
