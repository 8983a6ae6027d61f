/** Each route × role × pool, from the plane's own list of routes: a new one cannot be forgotten. */

import { describe, expect, it } from 'vitest';
import type { RouteRule } from '../../src/serve/access/rule.ts';
import { aPlan } from '../builders/plan.ts';
import { aSharedPlane } from './some-access.ts';

const WHO = [null, 'vera', 'hettie', 'sipho', 'oscar', 'ada', 'control'] as const;
/** Valid for every route that takes a body. */
const BODIES: Record<string, object> = {
  '/api/v1/approve': { digest: '0123456789ab' },
  '/api/v1/accept-history': { head: 'abcdef0' },
  '/api/v1/nodes/:name/pause': { why: 'x' },
  '/api/v1/nodes/:name/power-hold': { why: 'x', state: 'on', until: 1 },
  '/api/v1/manage/:name': { command: 'on' },
  '/actions/approve': { digest: '0123456789ab' },
  '/login': {},
};

async function verdicts({ method, url }: RouteRule): Promise<string[]> {
  const { as, plane } = aSharedPlane({
    plan: async () => aPlan([]),
    status: () => ({ inForce: {} }) as never,
  });
  const call = {
    method: method as 'GET' | 'POST',
    url: url.replace(':name', 'n1').replace('*', 'x').replace(':commit', 'abcdef0'),
    ...(method === 'POST' ? { payload: BODIES[url] ?? {} } : {}),
  };
  const said = WHO.map(async (who) => {
    const { statusCode } = await as(who, call);
    return statusCode === 401 || statusCode === 403 ? `${statusCode}` : 'may';
  });
  const all = await Promise.all(said);
  await plane.close();
  return all;
}

async function rules(): Promise<RouteRule[]> {
  const { plane } = aSharedPlane();
  await plane.ready();
  return plane.routeRules.filter(({ method, url }) => method !== 'HEAD' && url !== '/api/v1/stream');
}

describe('route × role × pool', async () => {
  const all = await rules();

  it('what changes something', async () => {
    const changing = all.filter(({ method }) => method !== 'GET');
    const lines = await Promise.all(
      changing.map(async (rule) => `${rule.url.padEnd(38)} ${(await verdicts(rule)).join(' ')}`),
    );
    expect(['', ...lines.sort(), ''].join('\n')).toMatchInlineSnapshot(`
      "
      /actions/approve                       401 403 may may may may may
      /actions/nodes/:name/approve           401 403 403 may may may may
      /actions/nodes/:name/cycle             401 403 403 may may may may
      /actions/nodes/:name/pause             401 403 403 may may may may
      /actions/nodes/:name/power-hold        401 403 403 may may may may
      /actions/nodes/:name/power-release     401 403 403 may may may may
      /actions/nodes/:name/reconcile         401 403 403 may may may may
      /actions/nodes/:name/resume            401 403 403 may may may may
      /actions/nodes/:name/retry             401 403 403 may may may may
      /api/v1/accept-history                 401 403 403 403 403 may may
      /api/v1/approve                        401 403 may may may may may
      /api/v1/images/gc                      401 403 403 403 403 may may
      /api/v1/login-links                    401 403 403 403 403 403 may
      /api/v1/manage/:name                   401 403 403 may may may may
      /api/v1/nodes/:name/approve            401 403 403 may may may may
      /api/v1/nodes/:name/cycle              401 403 403 may may may may
      /api/v1/nodes/:name/install            401 403 403 may may may may
      /api/v1/nodes/:name/pause              401 403 403 may may may may
      /api/v1/nodes/:name/power-hold         401 403 403 may may may may
      /api/v1/nodes/:name/power-release      401 403 403 may may may may
      /api/v1/nodes/:name/reconcile          401 403 403 may may may may
      /api/v1/nodes/:name/resume             401 403 403 may may may may
      /api/v1/nodes/:name/retry              401 403 403 may may may may
      /api/v1/notifications/test             401 403 403 403 403 may may
      /api/v1/reconcile                      401 403 may may may may may
      /login                                 401 401 401 401 401 401 401
      /logout                                401 may may may may may may
      "
    `);
  });

  it.each(all.filter(({ method }) => method === 'GET'))(
    '$url is for all with a role, or for anyone',
    async (rule) => {
      const [nobody, ...others] = await verdicts(rule);
      expect(nobody).toBe(rule.role === 'anyone' ? 'may' : '401');
      expect(new Set(others)).toEqual(new Set(['may']));
    },
  );
});
