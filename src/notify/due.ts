/** What is to be told to a channel now, and when to look again. Grouping is here: a pure function of the memory and the time. */

import type { Group, Item, Notifications, NotifyMemory, Told } from '../model/notifications.ts';
import type { Telling } from '../model/notifications-spec.ts';
import { wants } from './routes.ts';

/** Something to tell. `open`: members that the channel wants to know of, oldest first. */
export type Subject =
  | { kind: 'problem' | 'update' | 'over'; group: Group; open: readonly Item[]; told: Told | null }
  | { kind: 'news'; reason: Telling; items: readonly Item[] };

export interface Due {
  subjects: readonly Subject[];
  /** Messages that the channel may be sent now. */
  room: number;
  /** When something may be due that is not yet, ms since the epoch; null while nothing changes. */
  wakeAt: number | null;
}

/** Messages to one channel are counted over so long, ms. */
export const RATE_WINDOW = 600_000;
/** What keeps changing is told after so many waits all the same. */
const PATIENCE = 4;

/** When a trouble that nobody was told of is told: once nothing has joined it for a while. */
export function dueAt({ since, changedAt }: Pick<Group, 'since' | 'changedAt'>, to: Notifications): number {
  return Math.min(changedAt + to.wait, since + PATIENCE * to.wait);
}

/** Nothing is due before `notBefore`: a daemon that has just started does not know yet what is still so. */
export function dueFor(
  memory: NotifyMemory,
  channel: string,
  to: Notifications,
  now: number,
  notBefore = 0,
): Due {
  const known = memory.channels[channel];
  const full = fullUntil(known?.sent ?? [], to, now);
  const earliest = Math.max(notBefore, full ?? 0);
  const planned: { at: number; subject: Subject }[] = [];
  for (const group of Object.values(memory.groups)) {
    const found = ofGroup(group, known?.told[group.key] ?? null, channel, to);
    if (found) planned.push(found);
  }
  const byReason = Map.groupBy(known?.news ?? [], ({ reason }) => reason);
  for (const [reason, items] of byReason) planned.push(ofNews(reason, items, to));
  const due = planned.filter(({ at }) => Math.max(at, earliest) <= now);
  const later = planned.filter(({ at }) => Math.max(at, earliest) > now);
  return {
    subjects: due.map(({ subject }) => subject).sort(worstFirst),
    room: Math.max(to.atMost - recentOf(known?.sent ?? [], now).length, 0),
    wakeAt: later.length > 0 ? Math.min(...later.map(({ at }) => Math.max(at, earliest))) : null,
  };
}

function ofGroup(group: Group, told: Told | null, channel: string, to: Notifications) {
  const open = Object.values(group.members)
    .filter((item) => wants(to, channel, item))
    .sort((a, b) => a.id - b.id);
  const quiet = group.changedAt + to.wait;
  if (open.length === 0) return told && { at: quiet, subject: { kind: 'over' as const, group, open, told } };
  if (!told || told.unsure || told.over)
    return { at: dueAt(group, to), subject: { kind: 'problem' as const, group, open, told: null } };
  if (sameMembers(told, open)) return null;
  const at = Math.max(told.at + to.updates, Math.min(quiet, told.at + PATIENCE * to.updates));
  return { at, subject: { kind: 'update' as const, group, open, told } };
}

function ofNews(reason: Telling, items: readonly Item[], to: Notifications) {
  const times = items.map(({ time }) => time);
  const span = { since: Math.min(...times), changedAt: Math.max(...times) };
  return { at: dueAt(span, to), subject: { kind: 'news' as const, reason, items } };
}

function sameMembers({ members }: Told, open: readonly Item[]): boolean {
  const ids = new Set(Object.values(members));
  return ids.size === open.length && open.every(({ id }) => ids.has(id));
}

/** Until when a channel that was told as much as it may is left alone; null while there is room. */
function fullUntil(sent: readonly number[], { atMost }: Notifications, now: number): number | null {
  const recent = recentOf(sent, now);
  const oldest = recent[recent.length - atMost];
  return oldest === undefined ? null : oldest + RATE_WINDOW;
}

function recentOf(sent: readonly number[], now: number): number[] {
  return sent.filter((at) => at > now - RATE_WINDOW);
}

const RANK = { error: 0, warning: 1, info: 2 };

function worstFirst(a: Subject, b: Subject): number {
  return RANK[severityOf(a)] - RANK[severityOf(b)] || firstId(a) - firstId(b);
}

export function severityOf(subject: Subject): Item['severity'] {
  if (subject.kind !== 'news') return subject.group.severity;
  return subject.items.reduce<Item['severity']>(
    (worst, { severity }) => (RANK[severity] < RANK[worst] ? severity : worst),
    'info',
  );
}

export function firstId(subject: Subject): number {
  return subject.kind === 'news' ? (subject.items[0]?.id ?? 0) : subject.group.episode;
}
