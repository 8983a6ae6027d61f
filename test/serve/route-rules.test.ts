import { describe, expect, it } from 'vitest';
import { aControlPlane } from '../builders/control-plane.ts';

async function rules() {
  const { plane } = aControlPlane();
  await plane.ready();
  return plane.routeRules;
}

describe('every route says who may call it', () => {
  it('none is left out', async () => {
    const all = await rules();
    expect(all.length).toBeGreaterThan(40);
    expect(all.filter(({ role }) => role === undefined)).toEqual([]);
  });

  it('whoever has not shown who he is can change nothing, and read only these', async () => {
    // Whoever logs in shows it there.
    const open = (await rules()).filter(({ role, method }) => role === 'anyone' && method !== 'HEAD');
    expect(open.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /healthz',
      'GET /readyz',
      'GET /login',
      'POST /login',
      'GET /login/oidc',
      'GET /login/oidc/callback',
      'GET /assets/:name',
    ]);
  });

  it('what changes a node is for operators of its pool; reading is for all with a role', async () => {
    for (const { method, url, role, pool } of await rules()) {
      if (url.includes('/nodes/:name/') && method === 'POST')
        expect([url, role, pool]).toEqual([url, 'operator', 'node']);
      if (method === 'GET') expect([url, ['viewer', 'anyone'].includes(role ?? '')]).toEqual([url, true]);
    }
  });

  it('one that says nothing is refused to everybody', async () => {
    const { plane, post } = aControlPlane();
    plane.post('/forgotten', async () => 'done');
    expect((await post('/forgotten')).statusCode).toBe(403);
  });
});
