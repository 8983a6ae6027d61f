/** One guard before every route: the address that was asked for, who asks, and whether the route is for him. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasRole, mayAct, type Principal } from '../../model/access.ts';
import type { Plan } from '../../model/plan.ts';
import { fail } from '../answers.ts';
import type {} from './rule.ts';

export interface GuardPorts {
  /** Whether this `Host` is served here. */
  isServed(host: string | undefined): boolean;
  /** Null: has not shown who he is. `wrong`: has tried to. */
  identify(request: FastifyRequest): Principal | 'wrong' | null;
  /** By name or address. */
  node(name: string): { pool: string } | null;
  plan(to: null): Promise<Plan | null>;
}

const TOKEN_NEEDED =
  'the control token is missing or wrong; it is in control.json of the data directory' as const;

/** Must stand before the routes. */
export function addGuard(app: FastifyInstance, ports: GuardPorts): void {
  app.decorateRequest('principal', null);
  app.decorate('routeRules', []);
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat())
      app.routeRules.push({ method: each, url, role: config?.role, pool: config?.pool });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!ports.isServed(request.headers.host))
      return fail(reply, 'unauthorized', 'this address is not served here');
    if (request.is404) return;
    const who = ports.identify(request);
    request.principal = who === 'wrong' ? null : who;
    return refuse(request, reply, who);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.config.pool === 'plan') return refusePlan(request, reply);
  });

  function refuse(request: FastifyRequest, reply: FastifyReply, who: Principal | 'wrong' | null) {
    const { role } = request.routeOptions.config;
    if (role === undefined) return fail(reply, 'forbidden', 'nobody may call this: it does not say who may');
    if (role === 'anyone') return;
    if (who === 'wrong' || who === null) return fail(reply, 'unauthorized', TOKEN_NEEDED);
    if (!hasRole(who, role)) {
      if (who.via === 'loopback') return fail(reply, 'unauthorized', TOKEN_NEEDED);
      return fail(reply, 'forbidden', `this takes the role ${role}; ${who.name} is ${who.role}`);
    }
    const pool = poolAsked(request);
    if (pool === undefined || mayAct(who, role, pool)) return;
    return fail(reply, 'forbidden', sayLimits(who, pool));
  }

  /** Undefined: no pool is asked for, or what is asked for is not there, or known only from the body. */
  function poolAsked({ routeOptions, params }: FastifyRequest): string | null | undefined {
    const { pool = null } = routeOptions.config;
    if (pool === 'none' || pool === 'plan') return undefined;
    if (pool === null) return null;
    return ports.node((params as { name: string }).name)?.pool;
  }

  /** By the plan with the digest that is approved: with another one, the operation would judge what this did not. */
  async function refusePlan({ principal, body }: FastifyRequest, reply: FastifyReply) {
    if (!principal || principal.pools === null) return;
    const plan = await ports.plan(null);
    const digest = (body as { digest?: string }).digest;
    if (!plan || plan.digest !== digest)
      return fail(reply, 'outdated', `the plan is not ${digest}`, 'look at it again: barewright plan');
    for (const pool of poolsHeld(plan)) {
      if (!mayAct(principal, 'operator', pool)) return fail(reply, 'forbidden', sayLimits(principal, pool));
    }
  }

  /** Images belong to the site. */
  function poolsHeld({ actions, images }: Plan): Set<string | null> {
    const nodes = actions
      .filter(({ hold }) => hold?.needsApproval)
      .map(({ node }) => ports.node(node)?.pool ?? null);
    return new Set([...nodes, ...(images.some(({ hold }) => hold) ? [null] : [])]);
  }
}

function sayLimits({ name, pools }: Principal, pool: string | null): string {
  const limits = `${name} may act on ${pools?.join(', ')}`;
  return pool === null
    ? `this concerns the whole site; ${limits} alone`
    : `this concerns the pool ${pool}; ${limits}`;
}
