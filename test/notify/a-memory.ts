import type { Event, NewEvent } from '../../src/model/event.ts';
import type { Notifications, NotifyMemory } from '../../src/model/notifications.ts';
import type { ChannelSpec } from '../../src/model/notifications-spec.ts';
import { compose } from '../../src/notify/compose.ts';
import { dueFor } from '../../src/notify/due.ts';
import { channelOf, newMemory, remember, settle } from '../../src/notify/memory.ts';
import { markRefused, markTelling, markTold } from '../../src/notify/told.ts';
import { T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';

export const SLACK: ChannelSpec = { slack: { url: { file: 'slack-url' } } };

export function toldTo(change: Partial<Notifications> = {}): Notifications {
  const channels = change.channels ?? new Map([['ops', SLACK]]);
  return {
    ...{ channels, pages: null, wait: 30_000, updates: 300_000, atMost: 20 },
    routes: [{ channels: [...channels.keys()], severity: 'warning', pools: null, reasons: null }],
    ...change,
  };
}

/** Nodes `sip-…` are in pool sip, `hte-…` in hte. Times in ms after T0. */
export function aTold(to: Notifications = toldTo()) {
  let memory: NotifyMemory = newMemory(0);
  let last = 0;
  const poolOf = (node: string) => node.split('-')[0] ?? null;

  const told = {
    get memory() {
      return memory;
    },
    /** As read back after a crash: what JSON keeps. */
    restart(kept: NotifyMemory, events: readonly Event[]) {
      memory = remember(JSON.parse(JSON.stringify(kept)) as NotifyMemory, events, to, poolOf);
    },
    hear(at: number, ...events: NewEvent[]): Event[] {
      const placed = events.map((event) => {
        last += 1;
        return { ...event, id: last, time: T0 + at, phase: null, attempt: null } as Event;
      });
      memory = remember(memory, placed, to, poolOf);
      return placed;
    },
    /** What is over by now: members of any group. */
    end(at: number, ...members: string[]) {
      memory = settle(memory, to, T0 + at, (_, member) => members.includes(member));
    },
    due: (at: number, channel = 'ops', notBefore = 0) => dueFor(memory, channel, to, T0 + at, notBefore),
    /** Composes what is due. `unknown`: the daemon ends before the channel has answered. */
    tell(at: number, channel = 'ops', outcome: 'taken' | 'refused' | 'unknown' = 'taken') {
      const { left, passed } = channelOf(memory, channel);
      const around = { site: 'karoo', to, now: T0 + at, left, passed };
      const composed = compose(dueFor(memory, channel, to, T0 + at), around);
      for (const [, subjects] of composed) {
        memory = markTelling(memory, channel, subjects, T0 + at);
        if (outcome === 'taken') memory = markTold(memory, channel, subjects, to, T0 + at);
        if (outcome === 'refused') memory = markRefused(memory, channel, subjects);
      }
      return composed.map(([message]) => message);
    },
    titles: (at: number, channel?: string) => told.tell(at, channel).map(({ title }) => title),
  };
  return told;
}

export function silent(node: string, kind: 'timeout' | 'auth' = 'timeout'): NewEvent {
  return anEvent(node, 'BmcUnreachable', { kind }, { message: 'no answer in time' });
}

export function racks(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${n % 2 === 0 ? 'sip' : 'hte'}-n${n + 1}`);
}

/** The journal's sentence for a rollout that has halted: its beginning names it, the rest counts. */
export function halted(pool: string, failed: number): NewEvent {
  const why = `the rollout of abc in pool ${pool} has halted: ${failed} nodes failed`;
  return anEvent(null, 'RolloutHalted', { why, pool }, { message: why });
}

/** The repository cannot be reached. */
export function git(message = 'the repository cannot be reached'): NewEvent {
  return anEvent(null, 'GitUnreachable', { code: 'unreachable' }, { message });
}

/** A tag of an image was removed from the registry. */
export function drift(tag: string): NewEvent {
  const data = { image: 'redis', tag, put: 'sha256:1', found: null };
  return anEvent(null, 'ImageDrift', data, { message: `redis:${tag} was removed` });
}
