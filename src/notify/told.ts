/** What is remembered before a channel is told something, and once it has taken it. Pure. */

import type { ChannelMemory, Notifications, NotifyMemory, Told } from '../model/notifications.ts';
import { RATE_WINDOW, type Subject } from './due.ts';
import { channelOf, swept } from './memory.ts';

/** What is about to be told. The same memory where nothing of it is a beginning or an end: then there is nothing to write down. */
export function markTelling(
  memory: NotifyMemory,
  channel: string,
  subjects: readonly Subject[],
  now: number,
): NotifyMemory {
  if (!subjects.some(({ kind }) => kind === 'problem' || kind === 'over')) return memory;
  const told = { ...channelOf(memory, channel).told };
  for (const subject of subjects) {
    if (subject.kind === 'problem') told[subject.group.key] = { ...toldOf(subject, now), unsure: true };
    if (subject.kind === 'over' && subject.told) told[subject.group.key] = { ...subject.told, over: true };
  }
  return withTold(memory, channel, told);
}

/** The channel refused it: there is no end to tell of what never arrived, and an end that did not is still owed. */
export function markRefused(
  memory: NotifyMemory,
  channel: string,
  subjects: readonly Subject[],
): NotifyMemory {
  const told = { ...channelOf(memory, channel).told };
  for (const subject of subjects) {
    if (subject.kind === 'problem') delete told[subject.group.key];
    if (subject.kind === 'over' && subject.told) {
      const { over: _, ...owed } = subject.told;
      told[subject.group.key] = owed;
    }
  }
  return withTold(memory, channel, told);
}

function withTold(memory: NotifyMemory, channel: string, told: ChannelMemory['told']): NotifyMemory {
  const after = { ...channelOf(memory, channel), told };
  return { ...memory, channels: { ...memory.channels, [channel]: after } };
}

/** `subjects` as they were told: what has changed since then is told later. */
export function markTold(
  memory: NotifyMemory,
  channel: string,
  subjects: readonly Subject[],
  to: Notifications,
  now: number,
): NotifyMemory {
  let { groups } = memory;
  const before = channelOf(memory, channel);
  const told: Record<string, Told> = { ...before.told };
  const toldNews = new Set<number>();
  for (const subject of subjects) {
    if (subject.kind === 'news') {
      for (const { id } of subject.items) toldNews.add(id);
    } else if (subject.kind === 'over') {
      delete told[subject.group.key];
      groups = withNewEpisode(groups, subject.group.key, Object.values(memory.channels));
    } else {
      told[subject.group.key] = toldOf(subject, now);
    }
  }
  const after: ChannelMemory = {
    told,
    news: before.news.filter(({ id }) => !toldNews.has(id)),
    left: 0,
    passed: 0,
    sent: [...before.sent.filter((at) => at > now - RATE_WINDOW), now],
  };
  return swept({ ...memory, groups, channels: { ...memory.channels, [channel]: after } }, to);
}

function toldOf({ group, open, told }: Subject & { kind: 'problem' | 'update' | 'over' }, now: number): Told {
  const ids = open.map((item): [string, number] => [item.about, item.id]);
  return {
    episode: group.episode,
    revision: (told?.revision ?? 0) + 1,
    at: now,
    members: Object.fromEntries(ids),
  };
}

/** It came back while its end was being told: that is another one, with another id. */
function withNewEpisode(
  groups: NotifyMemory['groups'],
  key: string,
  channels: readonly ChannelMemory[],
): NotifyMemory['groups'] {
  const group = groups[key];
  const first = group && Object.values(group.members).sort((a, b) => a.id - b.id)[0];
  if (!group || !first || channels.filter(({ told }) => told[key]).length > 1) return groups;
  return { ...groups, [key]: { ...group, episode: first.id, since: first.time } };
}
