/** From events to open troubles and news that wait: what the daemon remembers for whom it tells. Pure; nothing is mutated. */

import type { Event } from '../model/event.ts';
import type { ChannelMemory, Group, Item, Notifications, NotifyMemory } from '../model/notifications.ts';
import { oneLine } from '../model/one-line.ts';
import { type Class, classify } from './classify.ts';
import { dueAt } from './due.ts';
import { wants } from './routes.ts';

const NO_CHANNEL: ChannelMemory = { told: {}, news: [], left: 0, passed: 0, sent: [] };
/** Of one trouble, sentences are kept for so many of its members; a message names no more. */
const SENTENCES = 20;
const LONGEST_SENTENCE = 300;
/** News that wait for one channel. */
const MOST_NEWS = 50;
/** News that could not be told for so long are history, ms. */
const STALE = 86_400_000;

/** A memory of one who has just been told to look: nothing of before is told. */
export function newMemory(cursor: number): NotifyMemory {
  return { cursor, groups: {}, channels: {} };
}

export function channelOf(memory: NotifyMemory, name: string): ChannelMemory {
  return memory.channels[name] ?? NO_CHANNEL;
}

/** Takes events in order; those that are in it already change nothing. `poolOf`: null for a node that is not there. */
export function remember(
  memory: NotifyMemory,
  events: readonly Event[],
  to: Notifications,
  poolOf: (node: string) => string | null,
): NotifyMemory {
  let next = memory;
  for (const event of events) {
    if (event.id <= next.cursor) continue;
    const found = classify(event);
    next = { ...next, cursor: event.id };
    if (!found) continue;
    const item = itemOf(event, found, poolOf);
    next = found.kind === 'trouble' ? opened(next, found, item) : heard(next, item, to);
  }
  return next;
}

/** `isOver` judges by what is so now: an event may have been missed, and what is true again needs no telling. */
export function settle(
  memory: NotifyMemory,
  to: Notifications,
  now: number,
  isOver: (group: Group, member: string) => boolean,
): NotifyMemory {
  let next = memory;
  for (const group of Object.values(memory.groups)) {
    const left = Object.entries(group.members).filter(([member]) => !isOver(group, member));
    if (left.length === Object.keys(group.members).length) continue;
    const changed = { ...group, members: Object.fromEntries(left), changedAt: now };
    if (left.length === 0) next = countPassed(next, group, to, now);
    next = { ...next, groups: { ...next.groups, [group.key]: changed } };
  }
  return swept(next, to);
}

/** Without channels that are gone, and troubles that are over and that nobody is still to be told the end of. */
export function swept(memory: NotifyMemory, to: Notifications): NotifyMemory {
  const channels = Object.fromEntries(
    Object.entries(memory.channels).filter(([name]) => to.channels.has(name)),
  );
  const isTold = (key: string) => Object.values(channels).some(({ told }) => Object.hasOwn(told, key));
  const groups = Object.fromEntries(
    Object.entries(memory.groups).filter(
      ([key, { members }]) => Object.keys(members).length > 0 || isTold(key),
    ),
  );
  return { ...memory, channels, groups };
}

/** Without news that nobody could be told in time. */
export function withoutStale(memory: NotifyMemory, now: number): NotifyMemory {
  const channels = Object.entries(memory.channels).map(([name, channel]) => [
    name,
    { ...channel, news: channel.news.filter(({ time }) => time > now - STALE) },
  ]);
  return { ...memory, channels: Object.fromEntries(channels) };
}

function itemOf(event: Event, found: Class, poolOf: (node: string) => string | null): Item {
  const { reason, severity } = found;
  const { id, time, node, commit } = event;
  const pool =
    event.reason === 'RolloutHalted' ? (event.data.pool ?? null) : node === null ? null : poolOf(node);
  const about = found.kind === 'trouble' ? found.member : (node ?? '');
  const sentence = oneLine(event.message, LONGEST_SENTENCE);
  return { id, time, ...{ reason, severity }, about, node, pool, commit, sentence };
}

function opened(memory: NotifyMemory, found: Class & { kind: 'trouble' }, item: Item): NotifyMemory {
  const groups = withoutMember(memory.groups, found, item.time);
  const group = groups[found.group];
  const members = group?.members ?? {};
  const goesOn = Object.keys(members).length > 0 || !isBeingEnded(memory, found.group);
  const kept = Object.keys(members).length < SENTENCES ? item : { ...item, sentence: '' };
  return {
    ...memory,
    groups: {
      ...groups,
      [found.group]: {
        ...{ key: found.group, reason: found.reason, severity: found.severity },
        // One that is about to be told that it is over goes on instead; not one whose end may have arrived.
        episode: group && goesOn ? group.episode : item.id,
        since: group && goesOn ? group.since : item.time,
        changedAt: members[found.member] && group ? group.changedAt : item.time,
        members: { ...members, [found.member]: kept },
      },
    },
  };
}

function isBeingEnded({ channels }: NotifyMemory, key: string): boolean {
  return Object.values(channels).some(({ told }) => told[key]?.over);
}

/** A BMC that refuses the password does not keep silent any more: one thing is in one group of its reason. */
function withoutMember(
  groups: NotifyMemory['groups'],
  { reason, group, member }: Class & { kind: 'trouble' },
  time: number,
): NotifyMemory['groups'] {
  const entries = Object.entries(groups).map(([key, other]): [string, Group] => {
    if (key === group || other.reason !== reason || !other.members[member]) return [key, other];
    const { [member]: _, ...members } = other.members;
    return [key, { ...other, members, changedAt: time }];
  });
  return Object.fromEntries(entries);
}

function heard(memory: NotifyMemory, item: Item, to: Notifications): NotifyMemory {
  let { channels } = memory;
  for (const name of to.channels.keys()) {
    if (!wants(to, name, item)) continue;
    const channel = channels[name] ?? NO_CHANNEL;
    const isFull = channel.news.length >= MOST_NEWS;
    const change = isFull ? { left: channel.left + 1 } : { news: [...channel.news, item] };
    channels = { ...channels, [name]: { ...channel, ...change } };
  }
  return { ...memory, channels };
}

/** What should have been told by now, and never was. */
function countPassed(memory: NotifyMemory, group: Group, to: Notifications, now: number): NotifyMemory {
  let { channels } = memory;
  for (const name of to.channels.keys()) {
    const channel = channels[name] ?? NO_CHANNEL;
    if (channel.told[group.key] || !Object.values(group.members).some((item) => wants(to, name, item)))
      continue;
    if (dueAt(group, to) > now) continue;
    channels = { ...channels, [name]: { ...channel, passed: channel.passed + 1 } };
  }
  return { ...memory, channels };
}
