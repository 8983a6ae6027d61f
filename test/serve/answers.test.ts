/** Every route of a daemon at work, asked and held against the document that it hands out. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { NodeView } from '../../src/model/api.ts';
import type { Reason } from '../../src/model/event.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { aReceiver } from '../channels/a-receiver.ts';
import { aTeamForge } from '../promises/a-forge.ts';
import { aScene, untilTrue } from '../promises/scene.ts';
import { type ApiDocument, describedBy, documentOf } from './as-described.ts';

const IMAGE = `apiVersion: barewright.dev/v1
kind: Image
metadata: { name: redis }
spec: { mirror: { from: localhost:9/library/redis }, tags: ["7"], requiredBy: [docker] }
`;

/** Twelve nodes: installed, held, paused, off by hand; an image, a channel, a pull request, a commit that was refused. */
async function aSiteAtWork() {
  const [forge, receiver] = await Promise.all([aTeamForge(), aReceiver()]);
  onTestFinished(receiver.close);
  const scene = await aScene({
    count: 12,
    site: {
      policy: { imageInterval: '1s', deadlines: '{ arming: 60s, booting: 60s, restarting: 60s }' },
      timeouts: '{ install: 60s, configure: 60s }',
      registries:
        '{ own: { endpoint: "http://127.0.0.1:9", own: true }, up: { endpoint: "http://localhost:9" } }',
      review: forge.review,
      notifications: `{ wait: 1s, channels: { hook: { webhook: { url: "${receiver.url}/hook", secret: { file: bmc } } } } }`,
    },
    publish: forge.publish,
  });
  onTestFinished(scene.close);
  const { url, token } = JSON.parse(readFileSync(join(scene.dataDir, 'control.json'), 'utf8'));
  const authorization = `Bearer ${token}`;
  const heard = (reason: Reason) =>
    untilTrue(
      () => scene.journal().read({ reasons: [reason], limit: 1 }).length > 0,
      () =>
        `no ${reason} among ${scene
          .journal()
          .read({})
          .map((event) => event.reason)}`,
      120_000,
    );
  const raise = (names: readonly string[]) => {
    for (const name of names) {
      const file = `inventory/nodes/${name}.yaml`;
      const text = readFileSync(join(scene.repository, file), 'utf8');
      scene.writeIn(file, text.replace('spec:\n', 'spec:\n  install: { generation: 2 }\n'));
    }
  };
  const publish = async (message: string) => {
    const commit = await scene.commitAll(message);
    await forge.git('push', '-q', 'forge', 'main');
    return commit;
  };
  async function ask(method: 'GET' | 'POST', path: string, body?: object) {
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return { status: answer.status, json: isJson ? await answer.json() : null };
  }
  return { scene, forge, url, heard, raise, publish, ask };
}

const REPORT = '/api/v1/report?since=0&until=9999999999999';

describe('each answer is as the document says', () => {
  it('of a daemon at work, route by route', async () => {
    const { scene, forge, heard, raise, publish, ask } = await aSiteAtWork();
    const document = (await ask('GET', '/api/v1/openapi.json')).json as ApiDocument;
    const { templateOf, expectAsDescribed } = describedBy(document);
    const seen = new Set<string>();
    async function check(method: 'GET' | 'POST', path: string, status: number, body?: object) {
      const answer = await ask(method, path, body);
      expect([path, answer.status, answer.json]).toEqual([path, status, answer.json]);
      if (answer.json !== null) expectAsDescribed(method, path, status, answer.json);
      if (status === 200) seen.add(`${method} ${templateOf(path)}`);
      return answer.json;
    }
    await scene.until((state) => state.phase === 'settled' && state.known, undefined, 120_000);

    // An install on the way to its end, and then four, which are held.
    raise(['n01']);
    const earlier = await publish('n01 again');
    await heard('InstallSettled');
    raise(['n02', 'n03', 'n04', 'n05']);
    await publish('four again');
    await scene.until((state) => state.phase === 'held', ['n02', 'n03', 'n04', 'n05'], 120_000);
    await scene.git('switch', '-q', '-c', 'more');
    raise(['n06']);
    await scene.commitAll('more');
    await forge.open(7, 'more');
    await scene.git('switch', '-q', 'main');
    await heard('PlanShown');
    scene.writeIn('inventory/images.yaml', IMAGE);
    await publish('an image');
    await heard('ImageProblem');

    const node = (name: string) => `/api/v1/nodes/${name}`;
    const why = { why: 'to be seen' };
    await check('POST', `${node('n07')}/pause`, 200, { ...why, until: Date.now() + 600_000 });
    await check('POST', `${node('n08')}/power-hold`, 200, {
      ...why,
      state: 'on',
      until: Date.now() + 600_000,
    });
    await check('POST', `${node('n09')}/cycle`, 200, why);
    await check('POST', '/api/v1/manage/n10', 200, { command: 'on', hours: 1 });
    await check('POST', '/api/v1/manage/n10', 200, { command: 'install' });
    await check('POST', `${node('n10')}/install`, 200);
    await check('POST', `${node('n11')}/reconcile`, 200);
    await check('POST', '/api/v1/reconcile', 200);
    await check('POST', '/api/v1/notifications/test', 200, {});
    await check('POST', '/api/v1/login-links', 200);
    const nodes = (await check('GET', '/api/v1/nodes', 200)) as NodeView[];
    expect(nodes).toHaveLength(12);
    scene.writeIn('inventory/nodes/n12.yaml', 'kind: Nod\n');
    await publish('a mistake');
    await heard('CommitRejected');

    for (const path of [
      ...['/healthz', '/readyz', '/metrics', '/api/v1/openapi.json', '/api/v1/status', '/api/v1/pools'],
      ...['/api/v1/profiles', '/api/v1/stacks', '/api/v1/images', '/api/v1/notifications'],
      ...['/api/v1/plan', `/api/v1/plan?to=${earlier}`, '/api/v1/events?limit=10000', '/api/v1/ledger'],
      ...[`/api/v1/ledger/at?time=${Date.now()}`, REPORT, `${REPORT}&by=week`, `${REPORT}&by=pool`],
      ...scene.names.flatMap((name) =>
        ['', '/timeline', '/explain', '/files'].map((what) => `${node(name)}${what}`),
      ),
    ])
      await check('GET', path, 200);

    // Where there is something to tell, it was told: an empty list is as described, whatever it is to hold.
    const told = async (path: string) => (await ask('GET', path)).json;
    expect(await told('/api/v1/images')).toMatchObject([
      { name: 'redis', tags: [{ tag: '7', present: 'unknown' }], state: 'problem' },
    ]);
    expect(await told('/api/v1/ledger')).toEqual(
      expect.arrayContaining([expect.objectContaining({ node: 'n01', outcome: 'settled' })]),
    );
    expect(await told('/api/v1/status')).toMatchObject({
      git: { problems: expect.arrayContaining([expect.objectContaining({ code: 'unknown-kind' })]) },
    });
    expect(await told('/api/v1/plan')).toMatchObject({ held: 4 });

    const { digest } = (await told('/api/v1/plan')) as { digest: string };
    await check('POST', '/api/v1/approve', 200, { digest, ...why });
    await check('POST', `${node('n07')}/resume`, 200);
    await check('POST', `${node('n08')}/power-release`, 200);

    // What is refused has one shape, whatever it is.
    await check('GET', node('nobody'), 404);
    await check('GET', '/api/v1/events?limit=0', 400);
    await check('GET', '/api/v1/plan?too=main', 400);
    await check('GET', `${node('n01')}/installer-log`, 404);
    await check('POST', `${node('n01')}/retry`, 409, {});
    await check('POST', '/api/v1/approve', 409, { digest: '000000000000' });
    await check('POST', `${node('n02')}/approve`, 409, {});

    // What no daemon at work answers with success here, and what is no JSON.
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(all.filter((route) => !seen.has(route)).sort()).toEqual([
      'GET /api/v1/nodes/{name}/installer-log',
      'GET /api/v1/stream',
      'GET /login',
      'GET /login/oidc',
      'GET /login/oidc/callback',
      'POST /api/v1/accept-history',
      'POST /api/v1/images/gc',
      'POST /api/v1/nodes/{name}/approve',
      'POST /api/v1/nodes/{name}/retry',
      'POST /login',
      'POST /logout',
    ]);
  }, 600_000);
});

describe('the document', () => {
  let document: ApiDocument;
  beforeAll(async () => {
    const { plane } = aControlPlane();
    await plane.ready();
    document = documentOf(plane);
  });

  it('leaves open nowhere what an object or a list holds', () => {
    const answers = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { responses }]) => [`${method} ${path}`, responses] as const),
    );
    const vague = [...answers, ...Object.entries(document.components.schemas)].flatMap(([name, part]) =>
      vagueParts(part, name),
    );
    expect(vague).toEqual([]);
  });

  it('notices one that does', () => {
    const some = {
      a: { type: 'object' },
      b: { type: ['array', 'null'] },
      c: [{ type: 'object', properties: {} }],
    };
    expect(vagueParts(some, 'x')).toEqual(['x/a', 'x/b', 'x/c/0']);
  });

  it('says of every route what success is, and what a refusal is', () => {
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { responses }]) => ({ route: `${method} ${path}`, responses })),
    );
    const forBrowsers = / \/log(in|out)\b/;
    const lacking = routes.filter(({ route, responses }) => {
      const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
      return !forBrowsers.test(route) && responses[success]?.content === undefined;
    });
    expect(lacking).toEqual([]);
    const refusal = { 'application/json': { schema: { $ref: '#/components/schemas/ApiError' } } };
    expect(routes.filter(({ responses }) => !responses['default'])).toEqual([]);
    for (const { responses } of routes) expect(responses['default']?.content).toEqual(refusal);
  });
});

/** Where it is not said what an object or a list holds, or an object may hold more than is said. */
function vagueParts(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((part, index) => vagueParts(part, `${path}/${index}`));
  if (value === null || typeof value !== 'object') return [];
  const { type, properties, additionalProperties, items } = value as Record<string, unknown>;
  const types = [type].flat();
  const isClosed =
    properties !== undefined ? additionalProperties === false : additionalProperties !== undefined;
  const isVague = (types.includes('object') && !isClosed) || (types.includes('array') && items === undefined);
  return [
    ...(isVague ? [path] : []),
    ...Object.entries(value).flatMap(([name, part]) => vagueParts(part, `${path}/${name}`)),
  ];
}
