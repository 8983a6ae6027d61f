import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { OperationError } from '../../src/daemon/operation-error.ts';
import { isLocalHost } from '../../src/serve/access/host.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { found } from '../builders/event.ts';

const CHANGES = [
  '/api/v1/reconcile',
  '/api/v1/approve',
  '/api/v1/accept-history',
  ...['reconcile', 'approve', 'pause', 'resume', 'retry', 'cycle'].map((verb) => `/api/v1/nodes/n1/${verb}`),
];

describe('who may change something', () => {
  it.each(CHANGES)('%s asks for the control token', async (url) => {
    const { post, plane, calls } = aControlPlane();
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      'Basic the-control-token',
      'Bearer the-control-token x',
      'bearer',
    ]) {
      const answer = await post(
        url,
        { why: 'x', digest: '0'.repeat(12), head: 'abcdef0' },
        { authorization },
      );
      expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'unauthorized']);
    }
    const bare = await plane.inject({ method: 'POST', url, headers: { host: 'localhost' } });
    expect(bare.statusCode).toBe(401);
    expect(calls).toEqual([]);
  });

  it('another name for this address is refused, to read as well', async () => {
    const { get, post, calls } = aControlPlane();
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1:8481',
    ]) {
      expect((await get('/api/v1/nodes', { host })).statusCode).toBe(401);
      expect((await post('/api/v1/reconcile', undefined, { host })).statusCode).toBe(401);
    }
    expect(calls).toEqual([]);
  });

  it.each([
    ['localhost', true],
    ['localhost:8481', true],
    ['127.0.0.1:8481', true],
    ['127.8.8.8', true],
    ['[::1]:8481', true],
    ['127.0.0.1:', false],
    ['127.0.0', false],
    ['xlocalhost', false],
    ['[::1', false],
    [undefined, false],
  ])('host %s: %s', (host, local) => {
    expect(isLocalHost(host)).toBe(local);
  });
});

describe('what a person asks for', () => {
  it('reaches the operation with the name and the reason that were given', async () => {
    const { post, calls } = aControlPlane();
    await post('/api/v1/reconcile');
    await post('/api/v1/nodes/n1/reconcile');
    await post('/api/v1/nodes/n1/approve', { why: 'new' });
    await post('/api/v1/nodes/n1/pause', { why: 'fan', until: 5 });
    await post('/api/v1/nodes/n1/pause', { why: 'fan' });
    await post('/api/v1/nodes/n1/resume');
    await post('/api/v1/nodes/n1/retry');
    await post('/api/v1/nodes/n1/cycle', {});
    await post('/api/v1/accept-history', { head: 'abcdef0', why: 'squashed' });
    expect((await post('/api/v1/approve', { digest: '0123456789ab', why: 'ok' })).json()).toEqual({
      nodes: ['n1'],
      tags: [],
    });
    expect(calls).toEqual([
      ['reconcile', null],
      ['reconcile', 'n1'],
      ['approveNode', 'n1', 'thandi', 'new'],
      ['pause', 'n1', 'thandi', 'fan', 5],
      ['pause', 'n1', 'thandi', 'fan', null],
      ['resume', 'n1', 'thandi'],
      ['retry', 'n1', 'thandi'],
      ['cycle', 'n1', 'thandi', ''],
      ['acceptHistory', 'abcdef0', 'thandi', 'squashed'],
      ['approvePlan', '0123456789ab', 'thandi', 'ok'],
    ]);
  });

  it('may say nothing beside, where all may be left out; what is missing is named', async () => {
    const { post, calls } = aControlPlane();
    await post('/api/v1/nodes/n1/cycle');
    expect(calls).toEqual([['cycle', 'n1', 'thandi', '']]);
    const lacking = (await post('/api/v1/nodes/n1/pause')).json().error.message;
    expect(lacking).toBe("body must have required property 'why'");
  });

  it('a name that could break a line of the journal, or is somebody else’s there, is not taken', async () => {
    const { post, calls } = aControlPlane();
    for (const name of ['a b', 'x'.repeat(65), '', 'a\u00e9', 'git', 'daemon', 'node']) {
      await post('/api/v1/nodes/n1/resume', undefined, { 'x-barewright-actor': name });
    }
    expect(calls.map((call) => call[2])).toEqual(Array(7).fill('someone'));
  });

  it.each<[string, object]>([
    ['/api/v1/approve', {}],
    ['/api/v1/approve', { digest: 'short' }],
    ['/api/v1/approve', { digest: '0123456789AB' }],
    ['/api/v1/accept-history', { head: 'abc' }],
    ['/api/v1/nodes/n1/pause', {}],
    ['/api/v1/nodes/n1/pause', { why: '' }],
    ['/api/v1/nodes/n1/pause', { why: 'a\nb' }],
    ['/api/v1/nodes/n1/pause', { why: 'x', until: 'tomorrow' }],
    ['/api/v1/nodes/n1/approve', { why: 'x'.repeat(501) }],
  ])('%s with %j is a bad request', async (url, payload) => {
    const { post, calls } = aControlPlane();
    const answer = await post(url, payload);
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'bad-request']);
    expect(calls).toEqual([]);
  });

  it('a refusal keeps its code and its hint; a defect says nothing of itself', async () => {
    const refused = aControlPlane(
      {},
      {
        retry: () =>
          Promise.reject(new OperationError('conflict', 'n1 is not stuck', 'see: barewright status')),
        resume: () => Promise.reject(new Error('secret detail')),
      },
    );
    const conflict = await refused.post('/api/v1/nodes/n1/retry');
    expect([conflict.statusCode, conflict.json()]).toEqual([
      409,
      { error: { code: 'conflict', message: 'n1 is not stuck', hint: 'see: barewright status' } },
    ]);
    const defect = await refused.post('/api/v1/nodes/n1/resume');
    expect([defect.statusCode, defect.body.includes('secret')]).toEqual([500, false]);
    expect(refused.errors).toHaveLength(1);
  });
});

describe('what can be read', () => {
  it('is never kept', async () => {
    const { get } = aControlPlane();
    for (const path of [
      '/healthz',
      '/api/v1/status',
      '/api/v1/nodes',
      '/api/v1/nodes/n1',
      '/api/v1/pools',
      '/api/v1/images',
    ]) {
      const answer = await get(path);
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    }
  });

  it('what is not there is not found, in JSON', async () => {
    const { get } = aControlPlane({}, { plan: async () => null });
    for (const path of ['/api/v1/nodes/n9', '/api/v1/nothing']) {
      expect((await get(path)).json()).toMatchObject({ error: { code: 'not-found' } });
    }
    expect((await get('/api/v1/plan')).statusCode).toBe(503);
  });

  it('what cannot be read, or goes nowhere, is refused in the same shape', async () => {
    const { get, plane } = aControlPlane();
    const odd = await get('/api/v1/nodes/%zz');
    expect([odd.statusCode, odd.json().error]).toEqual([
      400,
      { code: 'bad-request', message: "'/api/v1/nodes/%zz' is not a valid url component" },
    ]);
    const put = await plane.inject({ method: 'PUT', url: '/api/v1/nodes', headers: { host: 'localhost' } });
    expect(put.json().error.message).toBe('there is no PUT /api/v1/nodes');
  });

  it('nothing is known before a commit is in force, which is not the same as that there is nothing', async () => {
    const { get, post } = aControlPlane({ status: { inForce: null } });
    const node = '/api/v1/nodes/n1';
    const kinds = ['pools', 'profiles', 'stacks', 'images', 'nodes'].map((kind) => `/api/v1/${kind}`);
    const answers = await Promise.all([
      ...['/readyz', ...kinds, node, `${node}/files`, `${node}/installer-log`].map((path) => get(path)),
      post(`${node}/install`),
      post('/api/v1/manage/n1', { command: 'on' }),
    ]);
    expect(answers.map((answer) => answer.json().error?.code)).toEqual(Array(11).fill('not-ready'));
  });

  it('events are filtered, and bad filters refused', async () => {
    const { get, journal } = aControlPlane();
    await journal.append([found('n1'), found('n2'), found('n1')]);
    const ids = async (query: string) =>
      (await get(`/api/v1/events?${query}`)).json().map(({ id }: { id: number }) => id);
    expect(await ids('node=n1')).toEqual([1, 3]);
    expect(await ids('after=1&limit=1')).toEqual([2]);
    expect(await ids('reason=NodeFound,Stuck')).toEqual([1, 2, 3]);
    expect(await ids('reason=Stuck')).toEqual([]);
    for (const query of [
      'limit=0',
      'limit=100000',
      'after=x',
      'since=-1',
      'nod=n1',
      'commit=HEAD',
      'severity=bad',
      `node=${'x'.repeat(300)}`,
    ]) {
      expect((await get(`/api/v1/events?${query}`)).statusCode, query).toBe(400);
    }
  });
});

describe('fuzz', () => {
  const { plane, errors } = aControlPlane();
  afterAll(() => plane.close());

  it('no request is answered by a 5xx but "not ready", or not at all', async () => {
    const word = fc.oneof(
      fc.constantFrom(
        'api',
        'v1',
        'nodes',
        'n1',
        'events',
        'plan',
        'approve',
        'pause',
        '%zz',
        '%00',
        '',
        'fragments',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE', 'PUT'),
        fc.array(word, { maxLength: 5 }),
        fc.string({ maxLength: 20 }),
        fc.json(),
        async (method, words, query, payload) => {
          const answer = await plane.inject({
            method: method as 'GET',
            url: `/api/${words.join('/')}?${encodeURI(query.toWellFormed())}`,
            headers: {
              host: 'localhost',
              authorization: 'Bearer the-control-token',
              'content-type': 'application/json',
            },
            ...(method === 'GET' || method === 'HEAD' ? {} : { payload }),
          });
          expect(answer.statusCode === 503 || answer.statusCode < 500).toBe(true);
          expect(errors).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  }, 300_000);
});
