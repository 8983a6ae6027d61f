import { describe, expect, it, onTestFinished } from 'vitest';
import { createNotifications } from '../../../src/daemon/notifications/notifications.ts';
import { openMemoryJournal } from '../../../src/journal/memory.ts';
import type { StatusView } from '../../../src/model/api.ts';
import type { Site } from '../../../src/model/desired.ts';
import type { Facts } from '../../../src/model/journal.ts';
import type { Notifications } from '../../../src/model/notifications.ts';
import { T0 } from '../../builders/commit.ts';
import { anEvent, found } from '../../builders/event.ts';
import { aNode, aSite } from '../../builders/node.ts';
import { aReceiver } from '../../channels/a-receiver.ts';
import { toldTo } from '../../notify/a-memory.ts';
import { untilTrue } from '../../promises/scene.ts';

const MINUTE = 60_000;
const unreachable = anEvent(
  null,
  'GitUnreachable',
  { code: 'unreachable' },
  { message: 'no route to its host' },
);

/** The service with a webhook (and an Alertmanager) on loopback, its journal in memory, and a clock that is moved by hand. */
async function someNotifications(facts: Partial<Facts> = {}) {
  const hook = await aReceiver();
  const alerts = await aReceiver();
  const channels: Notifications['channels'] = new Map([
    ['hook', { webhook: { url: `${hook.url}/`, secret: { file: 'hook' } } }],
    ['alerts', { alertmanager: { url: alerts.url } }],
  ]);
  let now = T0;
  let declared: Notifications | null = toldTo({ channels, wait: 1_000 });
  let git: StatusView['git']['state'] = 'unreachable';
  const journal = openMemoryJournal({ clock: () => now, facts });
  const errors: unknown[] = [];
  const site = (): Site => aSite([aNode('n1')], { notifications: declared });
  const start = () =>
    createNotifications({
      ...{ journal, site, clock: () => now, startedAt: now, firstPause: MINUTE },
      state: (node) => journal.state(node),
      status: () => ({ git: { state: git } }) as StatusView,
      images: () => [],
      channel: {
        read: async () => 'secret-of-the-hook',
        clock: () => now,
        timeout: 2_000,
        proxies: { http: '', https: '', except: '' },
      },
      onError: (error) => errors.push(error),
    });
  let service = start();
  onTestFinished(async () => {
    await service.close();
    await hook.close();
    await alerts.close();
    expect(errors).toEqual([]);
  });
  const reasons = () => journal.read({ after: 0 }).map(({ reason }) => reason);

  return {
    ...{ journal, hook, alerts, reasons },
    view: () => service.view(),
    test: (channel: string | null) => service.test(channel, 'ada'),
    pass: (ms: number) => {
      now += ms;
    },
    declare: (next: Notifications | null) => {
      declared = next;
    },
    mend: () => {
      git = 'ok';
    },
    async restart() {
      await service.close();
      service = start();
    },
    until: (wish: () => boolean) =>
      untilTrue(wish, () => `${reasons()} ${JSON.stringify(service.view())}`, 20_000),
  };
}

type Service = Awaited<ReturnType<typeof someNotifications>>;
const kinds = ({ hook }: Service) => hook.seen.map(({ body }) => JSON.parse(body).type);

describe('notifications of a daemon', () => {
  it('are told, and their end, with what was told in the journal', async () => {
    const n = await someNotifications();
    await n.until(() => n.journal.facts().notified != null);
    await n.journal.append([unreachable]);
    n.pass(MINUTE);
    await n.until(() => n.hook.seen.length === 1 && n.alerts.seen.length === 1);
    n.mend();
    await n.until(() => n.view().open === 0);
    n.pass(MINUTE);
    await n.until(() => n.hook.seen.length === 2 && n.reasons().length === 5);
    expect(kinds(n)).toEqual(['barewright.problem', 'barewright.over']);
    const told = n.journal.read({ reasons: ['NotificationSent'], after: 0 }).map(({ message }) => message);
    expect(told.sort()).toEqual([
      'told alerts: no route to its host',
      'told alerts: over: the repository can be read again',
      'told hook: no route to its host',
      'told hook: over: the repository can be read again',
    ]);
    expect(n.view()).toMatchObject({
      state: 'ok',
      channels: [{ name: 'hook', state: 'ok' }, { name: 'alerts' }],
    });
  });

  it('wait for a channel that is down: said once, tried with pauses, told what is so then', async () => {
    const n = await someNotifications();
    n.hook.answer = { status: 503, body: 'closed for lunch' };
    await n.until(() => n.journal.facts().notified != null);
    await n.journal.append([unreachable]);
    n.pass(MINUTE);
    await n.until(() => n.view().state === 'problem');
    const first = n.view().channels[0]?.retryAt ?? 0;
    expect(first).toBeGreaterThan(T0 + MINUTE + MINUTE / 2 - 1);
    n.pass(2 * MINUTE);
    await n.until(() => n.hook.seen.length === 2);
    await n.until(() => (n.view().channels[0]?.retryAt ?? 0) > T0 + 3 * MINUTE + MINUTE - 1);
    expect(n.reasons().filter((reason) => reason === 'NotificationProblem')).toHaveLength(1);
    n.hook.answer = { status: 204 };
    n.pass(20 * MINUTE);
    await n.until(() => n.reasons().includes('NotificationRecovered'));
    await n.until(() => n.reasons().filter((reason) => reason === 'NotificationSent').length === 2);
    expect(kinds(n)).toEqual(Array(3).fill('barewright.problem'));
    expect(n.journal.read({ reasons: ['NotificationProblem'], after: 0 })[0]?.message).toBe(
      'the channel hook (webhook) takes no messages: HTTP 503: closed for lunch; they wait, and it is tried again',
    );
  });

  it('go on after a restart from what was told, and tell nothing of before they were declared', async () => {
    const n = await someNotifications();
    await n.until(() => n.journal.facts().notified != null);
    await n.journal.append([unreachable]);
    n.pass(MINUTE);
    await n.until(() => n.hook.seen.length === 1 && n.reasons().length === 3);
    await n.restart();
    n.pass(MINUTE);
    n.mend();
    await n.until(() => n.view().open === 0);
    n.pass(MINUTE);
    await n.until(() => n.hook.seen.length === 2);
    expect(kinds(n)).toEqual(['barewright.problem', 'barewright.over']);
  });

  it('are forgotten when nobody is to be told any more', async () => {
    const n = await someNotifications();
    await n.until(() => n.journal.facts().notified != null);
    n.declare(null);
    await n.until(() => n.journal.facts().notified === null);
    expect(n.view()).toMatchObject({ state: 'off', channels: [] });
    await n.journal.append([unreachable]);
    n.declare(
      toldTo({
        channels: new Map([['hook', { webhook: { url: `${n.hook.url}/`, secret: { file: 'h' } } }]]),
      }),
    );
    await n.until(() => n.journal.facts().notified != null);
    n.pass(MINUTE);
    await n.journal.append([found('n1'), anEvent('n1', 'BmcUnreachable', { kind: 'timeout' })]);
    n.pass(MINUTE);
    await n.until(() => n.hook.seen.length === 1);
    expect(JSON.parse(n.hook.seen[0]?.body ?? '').data.reason).toBe('BmcUnreachable');
  });

  it('a test says what the other side answered, and who asked', async () => {
    const n = await someNotifications();
    await n.until(() => n.view().channels.length === 2);
    n.alerts.answer = { status: 401, body: 'who are you' };
    expect(await n.test(null)).toEqual([
      { channel: 'hook', kind: 'webhook', ok: true, answer: 'HTTP 200: ok' },
      { channel: 'alerts', kind: 'alertmanager', ok: false, answer: 'HTTP 401: who are you' },
    ]);
    await expect(n.test('ops')).rejects.toThrow('there is no channel ops');
    expect(n.journal.read({ reasons: ['NotificationTested'], after: 0 })).toMatchObject([
      { actor: 'ada', message: 'a test message to hook was taken: HTTP 200: ok' },
      { message: 'a test message to alerts was not taken: HTTP 401: who are you' },
    ]);
  });

  it('tell Alertmanager again what is open, before it forgets', async () => {
    const n = await someNotifications();
    await n.until(() => n.journal.facts().notified != null);
    await n.journal.append([unreachable]);
    n.pass(MINUTE);
    await n.until(() => n.reasons().length === 3);
    const told = n.alerts.seen.length;
    n.pass(MINUTE);
    await n.until(() => n.alerts.seen.length > told);
    expect(n.hook.seen).toHaveLength(1);
    expect(n.reasons()).toHaveLength(3);
  });
});
