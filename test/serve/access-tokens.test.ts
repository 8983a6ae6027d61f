import { describe, expect, it } from 'vitest';
import { aPlan } from '../builders/plan.ts';
import { aSharedPlane, aToken } from './some-access.ts';

const STATUS = { url: '/api/v1/status' };
const RETRY = { method: 'POST', url: '/api/v1/nodes/n1/retry' } as const;

describe('tokens of the site', () => {
  it('the journal gets the name of the token, whatever the caller says of himself', async () => {
    const { as, calls } = aSharedPlane();
    await as('sipho', { ...RETRY, headers: { 'x-barewright-actor': 'thandi' } });
    await as('control', { ...RETRY, headers: { 'x-barewright-actor': 'thandi' } });
    expect(calls).toEqual([
      ['retry', 'n1', 'sipho'],
      ['retry', 'n1', 'thandi'],
    ]);
  });

  it('count from the commit that is in force, and until they expire', async () => {
    const old = { ...aToken('vera', 'viewer'), expires: 10 };
    let [now, tokens] = [9, [old]];
    const { as } = aSharedPlane({ clock: () => now, access: () => ({ tokens }) });
    expect((await as('vera', STATUS)).statusCode).toBe(200);
    now = 10;
    expect((await as('vera', STATUS)).statusCode).toBe(401);
    now = 9;
    tokens = [];
    expect((await as('vera', STATUS)).statusCode).toBe(401);
  });

  it('nobody reads without one once the site gives access, on loopback neither', async () => {
    const { plane, get } = aSharedPlane();
    expect((await get('/api/v1/nodes')).statusCode).toBe(401);
    expect((await get('/healthz')).statusCode).toBe(200);
    await plane.close();
  });

  it('without access in the site, another machine reads nothing, whatever it names as host', async () => {
    const { plane } = aSharedPlane({ access: () => null });
    for (const [host, remoteAddress] of [
      ['localhost', '192.0.2.9'],
      ['rack.example.org', '127.0.0.1'],
    ] as const)
      expect((await plane.inject({ ...STATUS, remoteAddress, headers: { host } })).statusCode).toBe(401);
    const local = { ...STATUS, remoteAddress: '127.0.0.1', headers: { host: 'localhost' } };
    expect((await plane.inject(local)).statusCode).toBe(200);
  });

  it('wrong ones are counted by address, answered 429 after ten within a minute, and right ones are still taken', async () => {
    const { as, refused } = aSharedPlane();
    const codes: number[] = [];
    for (let n = 0; n < 12; n += 1) codes.push((await as('nobody', STATUS)).statusCode);
    expect(codes).toEqual([...Array(10).fill(401), 429, 429]);
    expect(Number((await as('nobody', STATUS)).headers['retry-after'])).toBeGreaterThan(0);
    expect(refused).toEqual(Array(10).fill(['token', '192.0.2.9']));
    expect((await as('vera', STATUS)).statusCode).toBe(200);
  });

  it('calls of one principal are limited, those of another are not, nor those with the control token', async () => {
    const { as } = aSharedPlane({ limits: { reads: 3 } });
    const codes: number[] = [];
    for (let n = 0; n < 4; n += 1) codes.push((await as('vera', STATUS)).statusCode);
    expect(codes).toEqual([200, 200, 200, 429]);
    expect((await as('ada', STATUS)).statusCode).toBe(200);
    for (let n = 0; n < 5; n += 1) expect((await as('control', STATUS)).statusCode).toBe(200);
  });
});

describe('a plan is approved by who may act on all that it holds', () => {
  const held = (node: string) => ({ node, hold: { needsApproval: true } }) as never;
  const approve = (who: string, nodes: string[], digest = '0123456789ab') => {
    const { as } = aSharedPlane({
      node: (name) => ({ name, pool: name.split('-')[0] ?? '' }) as never,
      plan: async () => aPlan(nodes.map(held)),
    });
    return as(who, { method: 'POST', url: '/api/v1/approve', payload: { digest } });
  };

  it.each([
    ['sipho', ['sip-1', 'sip-2'], 200],
    ['sipho', ['sip-1', 'hte-1'], 403],
    ['hettie', ['sip-1'], 403],
    ['oscar', ['sip-1', 'hte-1'], 200],
  ])('%s, %j: %i', async (who, nodes, status) => {
    expect((await approve(who, nodes)).statusCode).toBe(status);
  });

  it('who is limited to pools is judged by the very plan that he names', async () => {
    const answer = await approve('sipho', ['sip-1'], 'ffffffffffff');
    expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'outdated']);
  });
});
