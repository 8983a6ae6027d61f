/** The delivery figures: DORA's four, and how long installs take. docs/report.md defines them. Pure. */

import type { Figures, Group, Report, ReportQuestion, Spread } from '../model/ledger.ts';
import { type Deliveries, deliveriesOf, type Effect, type Place } from './deliveries.ts';
import type { History } from './history.ts';
import { spreadOf } from './spread.ts';

const DAY = 24 * 3600_000;
const WEEK = 7 * DAY;

/** `first` is the begin of one of them, near 1970. */
const SPANS = { day: { size: DAY, first: 0 }, week: { size: WEEK, first: 4 * DAY } } as const;
type Span = (typeof SPANS)[keyof typeof SPANS];

/** Takes the whole history, also that from before the period; `poolOf` as the inventory says now. */
export function makeReport(
  history: History,
  question: ReportQuestion,
  poolOf: (node: string) => string | null,
): Report {
  const { since, until, pool } = question;
  const all = deliveriesOf(history, poolOf);
  const chosen = pool === null ? all : pick(all, (place) => place.pool === pool);
  const installs = chosen.installs.filter(({ at }) => since <= at && at < until);
  return {
    ...question,
    all: figuresOf(chosen, since, until),
    groups: groupsOf(chosen, question),
    profiles: spreadsBy(installs, 'profile'),
    hardware: spreadsBy(installs, 'hardware'),
  };
}

function groupsOf(all: Deliveries, { by, since, until }: ReportQuestion): Group<Figures>[] {
  if (by === null) return [];
  return by === 'week' || by === 'day' ? spans(all, SPANS[by], since, until) : groups(all, by, since, until);
}

/** Every figure counts what has its time in the period: those of two periods side by side add up. */
export function figuresOf(all: Deliveries, since: number, until: number): Figures {
  const isIn = (at: number): boolean => since <= at && at < until;
  const changes = changesOf(all.effects.filter(({ at }) => isIn(at)));
  const deployed = changes.filter(({ settled }) => settled > 0);
  const failed = changes.filter((change) => change.failed);
  const installs = all.installs.filter(({ at }) => isIn(at));
  const recovered = all.recoveries.flatMap((one) =>
    one.until !== null && isIn(one.until) ? [one.until - one.since] : [],
  );
  return {
    changes: changes.length,
    deployments: deployed.length,
    deploymentsPerWeek: (deployed.length * WEEK) / Math.max(until - since, 1),
    failedChanges: failed.length,
    changeFailureRate: changes.length === 0 ? null : failed.length / changes.length,
    leadTime: spreadOf(deployed.flatMap(({ open, leadTime }) => (open ? [] : [leadTime]))),
    unfinished: deployed.filter(({ open }) => open).length,
    recovery: spreadOf(recovered),
    stuck: all.recoveries.filter((one) => one.until === null && isIn(one.since)).length,
    installs: installs.length,
    failedAttempts: installs.reduce((sum, { failures }) => sum + failures, 0),
    install: spreadOf(installs.map(({ durationMs }) => durationMs)),
    configured: all.configured.filter(({ at }) => isIn(at)).length,
  };
}

interface Change {
  settled: number;
  failed: boolean;
  open: boolean;
  /** To the last machine that settled, ms. */
  leadTime: number;
}

function changesOf(effects: readonly Effect[]): Change[] {
  const changes = new Map<string, Change>();
  for (const { commit, kind, settledAt, open } of effects) {
    const change = changes.get(commit.id) ?? { settled: 0, failed: false, open: false, leadTime: 0 };
    if (settledAt !== null) {
      change.settled += 1;
      change.leadTime = Math.max(change.leadTime, settledAt - commit.time);
    }
    change.failed ||= kind === 'stuck';
    change.open ||= open;
    changes.set(commit.id, change);
  }
  return [...changes.values()];
}

function groups(all: Deliveries, by: keyof Place, since: number, until: number): Group<Figures>[] {
  const places = [...all.effects, ...all.recoveries, ...all.installs, ...all.configured];
  const names = [...new Set(places.map((place) => place[by]))].sort(unknownLast);
  return names
    .map((value) => ({
      name: value ?? UNKNOWN,
      figures: figuresOf(
        pick(all, (place) => place[by] === value),
        since,
        until,
      ),
    }))
    .filter(({ figures }) => isAnything(figures));
}

/**
 * Weeks begin on Monday, and they and days at 00:00 UTC; the first and the last are cut where the period is. Those before the
 * first thing that was ever delivered are left out.
 */
function spans(all: Deliveries, span: Span, since: number, until: number): Group<Figures>[] {
  const bySpan = new Map<number, Deliveries>();
  const of = (time: number): Deliveries => {
    const begin = beginOf(span, time);
    const found = bySpan.get(begin) ?? { effects: [], recoveries: [], installs: [], configured: [] };
    bySpan.set(begin, found);
    return found;
  };
  for (const one of all.effects) of(one.at).effects.push(one);
  for (const one of all.installs) of(one.at).installs.push(one);
  for (const one of all.configured) of(one.at).configured.push(one);
  for (const one of all.recoveries) of(one.until ?? one.since).recoveries.push(one);
  if (bySpan.size === 0) return [];
  const first = Math.min(...bySpan.keys());
  const found: Group<Figures>[] = [];
  for (let begin = beginOf(span, Math.max(since, first)); begin < until; begin += span.size) {
    const figures = figuresOf(of(begin), Math.max(begin, since), Math.min(begin + span.size, until));
    found.push({ name: new Date(begin).toISOString().slice(0, 10), figures });
  }
  return found;
}

function beginOf({ size, first }: Span, time: number): number {
  return Math.floor((time - first) / size) * size + first;
}

function isAnything({ changes, installs, recovery, stuck, configured }: Figures): boolean {
  return changes + installs + recovery.count + stuck + configured > 0;
}

const UNKNOWN = 'unknown';

function unknownLast(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : a > b ? 1 : 0;
}

function pick(all: Deliveries, fits: (place: Place) => boolean): Deliveries {
  return {
    effects: all.effects.filter(fits),
    recoveries: all.recoveries.filter(fits),
    installs: all.installs.filter(fits),
    configured: all.configured.filter(fits),
  };
}

function spreadsBy(
  installs: readonly (Place & { durationMs: number })[],
  by: 'profile' | 'hardware',
): Group<Spread>[] {
  const durations = new Map<string | null, number[]>();
  for (const install of installs) {
    const known = durations.get(install[by]);
    if (known) known.push(install.durationMs);
    else durations.set(install[by], [install.durationMs]);
  }
  return [...durations]
    .sort(([a], [b]) => unknownLast(a, b))
    .map(([name, values]) => ({ name: name ?? UNKNOWN, figures: spreadOf(values) }));
}
