/** Whether what is asked for lies in the pools of who asks. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayAct, type Principal, type Role } from '../../model/access.ts';
import type { Plan } from '../../model/plan.ts';
import { fail } from '../answers.ts';
import type {} from './rule.ts';

export interface PoolPorts {
  /** By name or address. */
  node(name: string): { pool: string } | null;
  plan(to: null): Promise<Plan | null>;
}

export function createPoolRule({ node, plan }: PoolPorts) {
  function refuse(request: FastifyRequest, reply: FastifyReply, role: Role): FastifyReply | undefined {
    const { principal } = request;
    const pool = poolAsked(request);
    if (!principal || pool === undefined || mayAct(principal, role, pool)) return undefined;
    return fail(reply, 'forbidden', sayLimits(principal, pool));
  }

  /** Undefined: no pool is asked for, or what is asked for is not there, or known only from the body. */
  function poolAsked({ routeOptions, params }: FastifyRequest): string | null | undefined {
    const { pool = null } = routeOptions.config;
    if (pool === 'none' || pool === 'plan') return undefined;
    if (pool === null) return null;
    return node((params as { name: string }).name)?.pool;
  }

  /** By the plan with the digest that is approved: with another one, the operation would judge what this did not. */
  async function refusePlan(
    { principal, body }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> {
    if (!principal || principal.pools === null) return undefined;
    const now = await plan(null);
    const digest = (body as { digest?: string }).digest;
    if (now?.digest !== digest)
      return fail(reply, 'outdated', `the plan is not ${digest} now`, 'look at it again: barewright plan');
    const others = now ? poolsHeld(now).filter((pool) => !mayAct(principal, 'operator', pool)) : [];
    const [other] = others;
    return other === undefined ? undefined : fail(reply, 'forbidden', sayLimits(principal, other));
  }

  /** Null for images, which belong to the site. */
  function poolsHeld({ actions, images }: Plan): (string | null)[] {
    const held = actions.filter(({ hold }) => hold?.needsApproval);
    const pools = new Set(held.map((action) => node(action.node)?.pool ?? null));
    return [...pools, ...(images.some(({ hold }) => hold) ? [null] : [])];
  }

  return { refuse, refusePlan };
}

function sayLimits({ name, pools }: Principal, pool: string | null): string {
  const limits = `${name} may act on ${pools?.join(', ')} alone`;
  return pool === null
    ? `this concerns the whole site; ${limits}`
    : `this concerns the pool ${pool}; ${limits}`;
}
