/** What a channel was told and is still so; and a message that only shows that it arrives. Pure. */

import type { Notifications, NotifyMemory } from '../model/notifications.ts';
import type { Subject } from './due.ts';
import type { Message } from './message.ts';
import { wants } from './routes.ts';

/** For a channel that forgets: told, and open. */
export function openGroups(memory: NotifyMemory, channel: string, to: Notifications): Subject[] {
  const told = memory.channels[channel]?.told ?? {};
  return Object.values(memory.groups).flatMap((group): Subject[] => {
    const known = told[group.key];
    const open = Object.values(group.members).filter((item) => wants(to, channel, item));
    return known && !known.unsure && open.length > 0 ? [{ kind: 'update', group, open, told: known }] : [];
  });
}

export function testMessage(site: string, now: number): Message {
  return {
    ...{ id: `${site}-test-${now.toString(36)}`, kind: 'test', severity: 'info', site, reason: null },
    ...{
      group: 'test',
      title: 'this is a test of notifications',
      details: ['Nothing is wrong.'],
      advice: '',
    },
    ...{ nodes: [], count: 1, pools: [], commit: null, page: null, since: now, at: now, parts: [] },
  };
}
