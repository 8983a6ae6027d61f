/** One guard before every route: the address that was asked for, who asks, how often, and whether the route is for him. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Access, hasRole } from '../../model/access.ts';
import { fail } from '../answers.ts';
import type { Identify } from './identify.ts';
import type { Limits } from './limits.ts';
import { createPoolRule, type PoolPorts } from './pools.ts';
import type {} from './rule.ts';
import { isSameOrigin } from './same-origin.ts';
import { isCsrf } from './sessions.ts';
import { toLogin, wantsPage } from './to-login.ts';

export interface GuardPorts extends PoolPorts {
  /** Whether this `Host` is served here. */
  isServed(host: string | undefined): boolean;
  access(): Access | null;
  identify: Identify['request'];
  limits: Limits;
  /** Of who could not show who he is. */
  onRefused(what: 'token' | 'login', address: string): void;
}

type Answer = FastifyReply | undefined;

const CONTROL_TOKEN = 'the control token is missing or wrong; it is in control.json of the data directory';
const TOKEN = 'a token is missing, wrong or expired; tokens are in spec.access of the site';

/** Must stand before the routes. */
export function addGuard(app: FastifyInstance, ports: GuardPorts): void {
  const pools = createPoolRule(ports);
  const tokenNeeded = () => (ports.access() === null ? CONTROL_TOKEN : TOKEN);
  app.decorateRequest('principal', null);
  app.decorateRequest('session', null);
  app.decorate('routeRules', []);
  app.decorate('isWelcome', (request) => {
    const who = ports.identify(request);
    return who !== null && who !== 'wrong';
  });
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat())
      app.routeRules.push({ method: each, url, role: config?.role, pool: config?.pool });
  });
  app.addHook('onRequest', async (request, reply): Promise<Answer> => {
    if (!ports.isServed(request.headers.host))
      return fail(reply, 'unauthorized', 'this address is not served here');
    if (changes(request) && request.headers.authorization === undefined && !isSameOrigin(request))
      return fail(reply, 'forbidden', 'this came from a page of another server');
    const who = ports.identify(request);
    if (who === 'wrong') return refuseWrong(request, reply);
    request.principal = who?.principal ?? null;
    request.session = who?.session ?? null;
    const wait = await ports.limits.called(request);
    if (wait !== null) return tooMany(reply, wait);
    return request.is404 ? undefined : judge(request, reply);
  });
  app.addHook('preHandler', async (request, reply): Promise<Answer> => {
    const { session, headers, body, routeOptions } = request;
    if (session && changes(request)) {
      const given = headers['x-barewright-csrf'] ?? (body as { csrf?: unknown } | null)?.csrf;
      if (!isCsrf(given, session))
        return fail(reply, 'forbidden', 'the form is not of this session', 'load the page again');
    }
    if (routeOptions.config.pool === 'plan') return pools.refusePlan(request, reply);
    return undefined;
  });

  async function refuseWrong(request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
    if (!request.is404 && request.routeOptions.config.role === 'anyone') return undefined;
    const wait = await ports.limits.failed(request);
    if (wait !== null) return tooMany(reply, wait);
    ports.onRefused('token', request.ip);
    return fail(reply.header('www-authenticate', 'Bearer'), 'unauthorized', tokenNeeded());
  }

  function judge(request: FastifyRequest, reply: FastifyReply): Answer {
    const { principal } = request;
    const { role } = request.routeOptions.config;
    if (role === undefined) return fail(reply, 'forbidden', 'nobody may call this: it does not say who may');
    if (role === 'anyone') return undefined;
    if (!principal && wantsPage(request)) return toLogin(request, reply);
    if (!principal || (principal.via === 'loopback' && !hasRole(principal, role)))
      return fail(reply.header('www-authenticate', 'Bearer'), 'unauthorized', tokenNeeded());
    if (!hasRole(principal, role))
      return fail(reply, 'forbidden', `this takes the role ${role}; ${principal.name} is ${principal.role}`);
    return pools.refuse(request, reply, role);
  }
}

export function tooMany(reply: FastifyReply, wait: number): FastifyReply {
  return fail(
    reply.header('retry-after', wait),
    'too-many',
    `these are too many calls; wait ${wait} s before the next`,
  );
}

function changes({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
