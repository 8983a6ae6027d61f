/** What the daemon tells people, resolved; and what it remembers of what it told. */

import type { ChannelSpec, Severity, Telling } from './notifications-spec.ts';

/** Every default applied; durations in ms. */
export interface Notifications {
  channels: ReadonlyMap<string, ChannelSpec>;
  routes: readonly Route[];
  /** Base of links; null for none. */
  pages: string | null;
  wait: number;
  updates: number;
  atMost: number;
}

export interface Route {
  channels: readonly string[];
  severity: Severity;
  /** Null: all, and what is about no node. */
  pools: readonly string[] | null;
  /** Null: all. */
  reasons: readonly Telling[] | null;
}

/** One thing that is wrong, or was worth telling: the event that said so. Times in ms since the epoch. */
export interface Item {
  /** Of the event. */
  id: number;
  time: number;
  reason: Telling;
  severity: Severity;
  /** A node, an image, a branch; empty where the sentence says it. */
  about: string;
  node: string | null;
  pool: string | null;
  commit: string | null;
  /** Bounded. */
  sentence: string;
}

/** Troubles with one cause: told together, and over when none of them is left. */
export interface Group {
  key: string;
  reason: Telling;
  severity: Severity;
  /** Id of the event that opened it: another one each time it comes back. */
  episode: number;
  since: number;
  /** When something joined it, or left. */
  changedAt: number;
  /** Open ones, by what they are about. */
  members: Record<string, Item>;
}

export interface Told {
  episode: number;
  /** Messages about this episode so far. */
  revision: number;
  at: number;
  /** Members at the time, each with the id of its event. */
  members: Record<string, number>;
  /** It is being told for the first time. Whether that arrived is not known after a crash, so its end is owed. */
  unsure?: true;
  /** Its end is being told. Whether that arrived is not known after a crash: what comes back then is another episode. */
  over?: true;
}

export interface ChannelMemory {
  /** By group: open, as far as this channel was told, or is being told. */
  told: Record<string, Told>;
  /** One-off news that wait for their turn. */
  news: Item[];
  /** News that found no place. */
  left: number;
  /** Troubles that came and went while the channel could not be told. */
  passed: number;
  /** When messages were sent, within the last ten minutes. */
  sent: number[];
}

/** Written with each message told, so that a daemon that comes back goes on from there. */
export interface NotifyMemory {
  /** Events up to this id are in it. */
  cursor: number;
  groups: Record<string, Group>;
  channels: Record<string, ChannelMemory>;
}

/** State of one channel. */
export interface ChannelView {
  name: string;
  kind: string;
  state: 'ok' | 'problem' | 'untried';
  /** One sentence. */
  message: string;
  since: number;
  /** When something was told last, or null. */
  toldAt: number | null;
  /** When it is tried again, or null. */
  retryAt: number | null;
}

export interface NotificationsView {
  /** `off`: the site has none. */
  state: 'off' | 'ok' | 'problem';
  message: string;
  since: number;
  channels: ChannelView[];
  /** Troubles that are open now. */
  open: number;
}

/** What became of a test message. */
export interface ChannelTest {
  channel: string;
  kind: string;
  ok: boolean;
  /** What the other side answered, or why it did not take it. */
  answer: string;
}

/** What the journal says of notifications themselves. A channel that takes no messages is no news for the others. */
export interface NotificationEvents {
  /** `key`: by which a receiver tells a repetition; `kind` as in notify/message.ts. */
  NotificationSent: { channel: string; kind: string; key: string };
  NotificationTested: { channel: string; ok: boolean };
  /** `code` as in channels/channel.ts. It is tried again until it works. */
  NotificationProblem: { channel: string; kind: string; code: string };
  NotificationRecovered: { channel: string; since: number };
}
