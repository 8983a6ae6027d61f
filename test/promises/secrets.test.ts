import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { type ApiDocument, describedBy } from '../serve/as-described.ts';
import { type Leak, leaksIn } from './canaries.ts';
import { aCanaryWorld, type CanaryWorld } from './canary-world.ts';
import { getRoutes } from './route-list.ts';
import { untilTrue } from './scene.ts';

/** What stands in the place of a parameter. */
const FILLERS: Record<string, (world: CanaryWorld, events: readonly Event[]) => string[]> = {
  '/commits/:id': (_, events) =>
    events.flatMap(({ reason, commit }) => (reason === 'CommitAccepted' && commit ? [commit] : [])),
  '/assets/:name': () => ['page.css'],
};

/** No answer of theirs ends by itself, or there is nothing to ask for. */
const STREAM = '/api/v1/stream';
const NEEDS_QUERY: Record<string, string> = {
  '/api/v1/ledger/at': `?time=${Date.now()}`,
  '/api/v1/report': '?since=0&until=9999999999999',
};
/** Of a simulated machine no installer sends its log. The login provider of this world makes no sense, and nobody comes back from it. */
const NOT_GOOD: Record<string, number> = {
  '/api/v1/nodes/:name/installer-log': 404,
  '/login/oidc': 503,
  '/login/oidc/callback': 401,
};

async function pagesOf(world: CanaryWorld): Promise<[string, string][]> {
  const routes = await getRoutes(aControlPlane().plane);
  expect(routes).toEqual(expect.arrayContaining(['/', '/metrics', '/api/v1/events', '/nodes/:name', STREAM]));
  // What this world answers is as its document says, too.
  const described = describedBy((await (await world.get('/api/v1/openapi.json')).json()) as ApiDocument);
  const found: [string, string][] = [];
  const events = world.events();
  for (const route of routes.filter((one) => one !== STREAM)) {
    const fill = FILLERS[route] ?? (() => world.names);
    const paths = route.includes(':')
      ? fill(world, events).map((name) => route.replace(/:\w+/, name))
      : [route];
    const statuses: number[] = [];
    for (const path of paths) {
      const answer = await world.get(path + (NEEDS_QUERY[route] ?? ''));
      statuses.push(answer.status);
      const headers = JSON.stringify([...answer.headers]);
      const text = await answer.text();
      found.push([`GET ${path}`, `${headers}\n${text}`]);
      if (described.templateOf(path) && answer.headers.get('content-type')?.includes('json'))
        described.expectAsDescribed('GET', path, answer.status, JSON.parse(text));
    }
    // A route that nothing is known to ask for would go unsearched.
    const wanted = NOT_GOOD[route] ?? 200;
    expect([route, statuses]).toEqual([route, expect.arrayContaining([wanted])]);
  }
  return [...found, ['stream', await streamed(world, events.length)]];
}

async function streamed(world: CanaryWorld, count: number): Promise<string> {
  const { body } = await world.get(`${STREAM}?after=0`);
  let text = '';
  for await (const chunk of body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.split('event: journal').length > count) break;
  }
  return text;
}

/** What the command line tells. */
function verbsOf(world: CanaryWorld): string[][] {
  return [
    ...[
      ['status'],
      ['events', '-o', 'json'],
      ['events'],
      ['history'],
      ['report'],
      ['ledger', 'export', '-o', 'json'],
    ],
    ...['text', 'markdown', 'json'].map((format) => ['plan', '--format', format]),
    ...['text', 'markdown', 'json'].map((format) => [
      'plan',
      '--from',
      'HEAD~1',
      '--to',
      'HEAD',
      '--format',
      format,
    ]),
    ...world.names.map((name) => ['describe', name]),
    ...[
      ['get', 'images'],
      ['get', 'profiles', '-o', 'json'],
      ['validate'],
      ['notify', 'list'],
      ['notify', 'test'],
    ],
  ];
}

async function saidOf(world: CanaryWorld, verbs: string[][]): Promise<[string, string][]> {
  const said: [string, string][] = [];
  // Two at a time: starting them is what takes long.
  const run = async () => {
    for (let argv = verbs.shift(); argv; argv = verbs.shift())
      said.push([argv.join(' '), await world.cli(...argv)]);
  };
  await Promise.all([run(), run()]);
  return said;
}

async function search(world: CanaryWorld, verbs: string[][]): Promise<Leak[]> {
  const places = [...(await pagesOf(world)), ...(await saidOf(world, verbs)), ...world.heard()];
  return places.flatMap(([where, text]) => leaksIn(where, text, world.secrets));
}

const has = (reason: Event['reason'], node?: string) => (events: readonly Event[]) =>
  events.some((event) => event.reason === reason && (node === undefined || event.node === node));

describe('promise 10: secrets stay secret', () => {
  it('none of any kind is found in logs, journal, API, pages, plans, argv, metrics, messages or pull requests; a planted one is', async () => {
    const world = await aCanaryWorld();
    const [first = '', second = '', third = ''] = world.names;

    // What is refused: logins of BMCs, of the registry; a call of the webhook; a mail.
    await world.until(
      (events) => has('BmcUnreachable', second)(events) && has('BmcUnreachable', third)(events),
    );
    await world.until(has('ImageProblem'));
    expect(await world.logIn(world.secret.stranger)).toBe(401);
    const bearer = { authorization: `Bearer ${world.secret.stranger}` };
    expect((await fetch(`${world.control.url}/api/v1/status`, { headers: bearer })).status).toBe(401);
    await world.call('not the secret');
    await world.until(has('WebhookRefused'));
    const troubled = (events: readonly Event[]) =>
      new Set(events.flatMap((event) => (event.reason === 'NotificationProblem' ? event.data.channel : [])));
    await world.until((events) => troubled(events).size === 6);
    await untilTrue(
      () => world.heard().some(([, text]) => text.includes('TracesLost')),
      () => 'the collector is not said to be down',
    );
    world.receiver.answer = { status: 200, body: 'ok' };

    // What is done: a login, an install, and a pull request that is planned.
    expect(await world.logIn()).toBe(303);
    await world.cli('approve', first, '--why', 'new');
    await world.until(has('InstallSettled', first));
    await world.forge.git('switch', '-q', '-c', 'again');
    world.edit(`inventory/nodes/${first}.yaml`, (text) =>
      text.replace('spec:\n', 'spec:\n  install: { generation: 2 }\n'),
    );
    await world.site.commitAll('again');
    await world.forge.open(7, 'again');
    await world.forge.git('switch', '-q', 'main');
    expect((await world.call()).status).toBeLessThan(300);
    await world.until(has('PlanShown'));
    const [comment = ''] = world.forge.comments(7);
    expect(comment).toContain('DATA LOSS');
    expect(leaksIn('comment', comment, world.secrets)).toEqual([]);

    // What is mistaken: a password in Git in the clear.
    world.edit('inventory/site.yaml', (text) => text.replace('{ file: bmc }', `'${world.secret.plain}'`));
    await world.site.commitAll('a password in Git');
    await world.push();
    await world.until(has('CommitRejected'));
    await world.until((events) => events.filter(({ reason }) => reason === 'NotificationSent').length >= 5);

    expect(await search(world, verbsOf(world))).toEqual([]);
    expect(world.heard().filter(([, text]) => text.length < 20)).toEqual([]);

    // The search would find one: somebody writes it where everybody reads.
    world.edit('inventory/site.yaml', (text) => text.replace(`'${world.secret.plain}'`, '{ file: bmc }'));
    await world.site.commitAll(`the password is ${world.secret.bmc}`);
    await world.push();
    await world.until((events) => events.some(({ message }) => message.includes(world.secret.bmc)));
    await untilTrue(
      () => leaksIn('', JSON.stringify(world.receiver.seen), new Map([['bmc', world.secret.bmc]])).length > 0,
      () => 'nobody was told of the commit',
    );
    const planted = await search(world, [['status'], ['events', '-o', 'json']]);
    expect(new Set(planted.map(({ secret }) => secret))).toEqual(new Set(['bmc']));
    const places = planted.map(({ where }) => where);
    for (const place of [
      'log',
      'journal',
      'notifications and traces',
      'GET /api/v1/status',
      'GET /',
      'stream',
      'status',
      'events -o json',
    ]) {
      expect(places).toContain(place);
    }
  }, 600_000);
});
