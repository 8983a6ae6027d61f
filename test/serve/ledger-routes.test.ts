import { describe, expect, it } from 'vitest';
import { aControlPlane } from '../builders/control-plane.ts';

describe('the ledger and the report of the API', () => {
  it.each([
    '/ledger?limit=0',
    '/ledger?limit=100001',
    '/ledger?commit=HEAD',
    '/ledger?node=',
    '/ledger?nodes=n1',
    '/ledger?since=yesterday',
    '/ledger/at',
    '/ledger/at?time=-1',
    '/ledger/at?time=9000000000000000',
    '/ledger/at?time=1&node=n1',
    '/report',
    '/report?since=1',
    '/report?since=1&until=2&by=node',
    '/report?since=1.5&until=2',
    `/report?since=1&until=2&pool=${'x'.repeat(201)}`,
  ])('%s is refused, not answered with everything', async (url) => {
    const answer = await aControlPlane().get(`/api/v1${url}`);
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'bad-request']);
  });

  it('what was asked for reaches the ledger', async () => {
    const calls: unknown[] = [];
    const ledger = async (filter: object) => {
      calls.push(filter);
      return [];
    };
    const { get } = aControlPlane({}, { ledger });
    await get('/api/v1/ledger?node=n1&pool=sip&profile=base&commit=c0ffee&since=1&until=2&limit=3');
    await get('/api/v1/ledger');
    expect(calls).toEqual([
      { node: 'n1', pool: 'sip', profile: 'base', commit: 'c0ffee', since: 1, until: 2, limit: 3 },
      { limit: 1_000 },
    ]);
    expect((await get('/api/v1/ledger/at?time=7')).json()).toMatchObject({ at: 7, nodes: [] });
    expect((await get('/api/v1/report?since=1&until=2&pool=sip&by=week')).json()).toMatchObject({
      ...{ since: 1, until: 2, pool: 'sip', by: 'week' },
    });
  });
});
