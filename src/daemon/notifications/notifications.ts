/** Notifications, wired: the journal's events and what is so now, to whom the site in force says. */

import type { Site } from '../../model/desired.ts';
import type { Event, NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { ChannelTest, NotificationsView, NotifyMemory } from '../../model/notifications.ts';
import { TELLING } from '../../model/notifications-spec.ts';
import { type Around, compose, messageOf } from '../../notify/compose.ts';
import { type Due, dueFor, type Subject } from '../../notify/due.ts';
import { channelOf, newMemory, remember, settle, withoutStale } from '../../notify/memory.ts';
import type { Message } from '../../notify/message.ts';
import { openGroups, testMessage } from '../../notify/open.ts';
import { markRefused, markTelling, markTold } from '../../notify/told.ts';
import { throttle } from '../loops.ts';
import { OperationError } from '../operation-error.ts';
import { type Evidence, isOver } from './evidence.ts';
import { createLane, type Lane, type LanePorts } from './lane.ts';

export interface NotificationsService {
  view(): NotificationsView;
  /** A test message to one channel, or to all. Rejects where there is no such channel. */
  test(channel: string | null, actor: string): Promise<ChannelTest[]>;
  close(): Promise<void>;
}

interface Ports extends Omit<Evidence, 'site'>, Pick<LanePorts, 'clock' | 'firstPause' | 'onError'> {
  journal: Journal;
  site(): Site | null;
  channel: LanePorts['channel'];
  startedAt: number;
}

type Declared = NonNullable<Site['notifications']>;

/** Between two looks, however much happens, ms. */
const LOOK_PAUSE = 250;
/** What has no event of its own is looked at so often at least, ms. */
const LOOK_LONGEST = 10_000;
/** Alertmanager is told again so often, ms. */
const REFRESH = 60_000;
const PAGE = 1_000;

export function createNotifications(ports: Ports): NotificationsService {
  const { journal, site, clock, onError } = ports;
  const lanes = new Map<string, { spec: string; lane: Lane }>();
  /** Channels in the middle of what is due to them. */
  const talking = new Set<string>();
  const under = new Set<Promise<unknown>>();
  let memory: NotifyMemory | null = null;
  let refreshedAt = clock();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  const soon = throttle(() => void look(), LOOK_PAUSE);
  const unsubscribe = journal.subscribe(take);
  soon.call();

  function take(events: readonly Event[]): void {
    const current = site();
    if (memory && current?.notifications)
      memory = remember(memory, events, current.notifications, poolIn(current));
    soon.call();
  }

  function look(): void {
    if (closed) return;
    if (timer) clearTimeout(timer);
    const current = site();
    try {
      if (current?.notifications) follow(current, current.notifications);
      else if (current) turnOff();
    } catch (error) {
      onError(error);
    }
    timer = setTimeout(soon.call, waitUntil(current?.notifications ?? null));
  }

  function follow(current: Site, to: Declared): void {
    memory ??= recall(current, to);
    keepLanes(to);
    const now = clock();
    const seen = evidenceOf(current);
    memory = withoutStale(
      settle(memory, to, now, (group, member) => isOver(group, member, seen)),
      now,
    );
    for (const [name, { lane }] of lanes) {
      if (talking.has(name) || !lane.isFree(now)) continue;
      const due = dueFor(memory, name, to, now, ports.startedAt + to.wait);
      if (due.subjects.length === 0) continue;
      talking.add(name);
      run(tell(name, lane, due, current, to).finally(() => talking.delete(name)));
    }
    if (now >= refreshedAt + REFRESH) {
      refreshedAt = now;
      for (const [name, { lane }] of lanes) run(refresh(name, lane, current, to));
    }
  }

  /** From where the last daemon stopped; the first one ever tells nothing of before the commit in force. */
  function recall(current: Site, to: Declared): NotifyMemory {
    const kept = journal.facts().notified ?? newMemory(beginning());
    if (!journal.facts().notified) run(journal.append([], { notified: kept }));
    let found = kept;
    for (;;) {
      const page = journal.read({ reasons: TELLING, after: found.cursor, limit: PAGE });
      found = remember(found, page, to, poolIn(current));
      if (page.length < PAGE) return found;
    }
  }

  function beginning(): number {
    const [accepted] = journal.read({ reasons: ['CommitAccepted'], limit: 1 });
    return accepted ? accepted.id - 1 : journal.lastId();
  }

  function turnOff(): void {
    for (const name of lanes.keys()) drop(name);
    memory = null;
    if (journal.facts().notified) run(journal.append([], { notified: null }));
  }

  function keepLanes(to: Declared): void {
    for (const [name, { spec }] of lanes) {
      if (JSON.stringify(to.channels.get(name)) !== spec) drop(name);
    }
    for (const [name, spec] of to.channels) {
      if (lanes.has(name)) continue;
      const { channel, clock, firstPause, onError } = ports;
      const append = async (event: NewEvent) => void (await journal.append([event]));
      const lane = createLane(name, spec, { channel, clock, firstPause, onError, append });
      lanes.set(name, { spec: JSON.stringify(spec), lane });
    }
  }

  function drop(name: string): void {
    const old = lanes.get(name);
    lanes.delete(name);
    if (old) run(old.lane.close());
  }

  async function tell(name: string, lane: Lane, due: Due, current: Site, to: Declared): Promise<void> {
    if (!memory) return;
    const { left, passed } = channelOf(memory, name);
    const around: Around = { site: current.name, to, now: clock(), left, passed };
    for (const [message, told] of compose(due, around)) {
      if (closed || !memory || !(await begin(name, told))) return;
      const isTaken = await lane.tell(message);
      if (!memory) return;
      memory = isTaken ? markTold(memory, name, told, to, clock()) : markRefused(memory, name, told);
      if (!isTaken) return;
      await journal.append([sentEvent(name, message)], { notified: memory });
    }
  }

  /** What is told for the first time is written down before: a crash after it has left must not lose its end. */
  async function begin(name: string, subjects: readonly Subject[]): Promise<boolean> {
    if (!memory) return false;
    const telling = markTelling(memory, name, subjects, clock());
    if (telling !== memory) {
      memory = telling;
      await journal.append([], { notified: memory });
    }
    return !closed && memory !== null;
  }

  async function refresh(name: string, lane: Lane, current: Site, to: Declared): Promise<void> {
    if (!memory || !lane.isFree(clock())) return;
    const around: Around = { site: current.name, to, now: clock(), left: 0, passed: 0 };
    await lane.refresh(openGroups(memory, name, to).map((subject) => messageOf(subject, around)));
  }

  function evidenceOf(current: Site): Evidence {
    let status: ReturnType<Evidence['status']> | undefined;
    let images: ReturnType<Evidence['images']> | undefined;
    return {
      site: current,
      state: ports.state,
      status: () => (status ??= ports.status()),
      images: () => (images ??= ports.images()),
    };
  }

  function waitUntil(to: Declared | null): number {
    if (!to) return LOOK_PAUSE * 4;
    return Math.min(Math.max(to.wait / 3, LOOK_PAUSE), LOOK_LONGEST);
  }

  function run(work: Promise<unknown>): void {
    const done: Promise<unknown> = work
      .then(() => soon.call())
      .catch(onError)
      .finally(() => under.delete(done));
    under.add(done);
  }

  return {
    view: () => viewOf(site()?.notifications ?? null, lanes, memory),
    async test(channel, actor) {
      const current = site();
      const names = [...lanes.keys()].filter((name) => channel === null || name === channel);
      if (!current || names.length === 0) throw noSuchChannel(channel, [...lanes.keys()]);
      const results = await Promise.all(
        names.map(async (name): Promise<ChannelTest> => {
          const lane = lanes.get(name)?.lane;
          const message = testMessage(current.name, clock());
          const { kind = '' } = lane?.view() ?? {};
          const result = (await lane?.test(message)) ?? { ok: false, answer: 'it is gone' };
          return { channel: name, kind, ...result };
        }),
      );
      await journal.append(results.map((result) => testedEvent(result, actor)));
      return results;
    },
    async close() {
      closed = true;
      unsubscribe();
      soon.close();
      if (timer) clearTimeout(timer);
      await Promise.all([...lanes.values()].map(({ lane }) => lane.close()));
      await Promise.all(under);
      if (memory) await journal.append([], { notified: memory }).catch(onError);
    },
  };
}

function poolIn(site: Site): (node: string) => string | null {
  return (node) => site.nodes.get(node)?.pool ?? null;
}

function sentEvent(channel: string, { id, kind, title }: Message): NewEvent {
  return {
    ...{ node: null, commit: null, actor: 'daemon', reason: 'NotificationSent' },
    ...{ message: `told ${channel}: ${title}`, data: { channel, kind, key: id } },
  };
}

function testedEvent({ channel, ok, answer }: ChannelTest, actor: string): NewEvent {
  const message = `a test message to ${channel} ${ok ? 'was taken' : 'was not taken'}: ${answer}`;
  return {
    ...{ node: null, commit: null, actor },
    reason: 'NotificationTested',
    message,
    data: { channel, ok },
  };
}

function viewOf(
  to: Declared | null,
  lanes: ReadonlyMap<string, { lane: Lane }>,
  memory: NotifyMemory | null,
): NotificationsView {
  const channels = [...lanes.values()].map(({ lane }) => lane.view());
  const open = Object.values(memory?.groups ?? {}).filter(({ members }) => Object.keys(members).length > 0);
  if (!to) return { state: 'off', message: 'nobody is told', since: 0, channels, open: 0 };
  const wrong = channels.filter(({ state }) => state === 'problem');
  const since = Math.max(0, ...(wrong.length > 0 ? wrong : channels).map((channel) => channel.since));
  const message =
    wrong.length > 0
      ? wrong.map(({ name, message }) => `${name}: ${message}`).join('; ')
      : `${channels.length} channel${channels.length === 1 ? '' : 's'}`;
  return { state: wrong.length > 0 ? 'problem' : 'ok', message, since, channels, open: open.length };
}

function noSuchChannel(name: string | null, known: readonly string[]): Error {
  if (known.length === 0) {
    return new OperationError(
      'conflict',
      'the site tells nobody',
      'Declare channels in spec.notifications of the Site.',
    );
  }
  return new OperationError('not-found', `there is no channel ${name}`, `There are: ${known.join(', ')}.`);
}
