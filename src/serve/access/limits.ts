/** How often one may call, and fail to show who he is, within a minute. Who is on the daemon's machine is not limited. */

import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface CallLimits {
  /** Of one principal; of one address, where nobody has shown who he is. */
  reads: number;
  changes: number;
  /** Of one address (IPv6: of its /64): wrong tokens, cookies and logins. */
  failures: number;
}

export const DEFAULT_LIMITS: CallLimits = { reads: 1_200, changes: 120, failures: 10 };

export interface Limits {
  /** Counts a call. Resolves with seconds to wait, or null where there is nothing to wait for. */
  called(request: FastifyRequest): Promise<number | null>;
  failed(request: FastifyRequest): Promise<number | null>;
}

const LOCAL: ReadonlySet<string | undefined> = new Set(['loopback', 'control-token']);

/** Whether who asks is on the daemon's machine, and so may as well open another daemon. */
export function isLocal({ principal }: FastifyRequest): boolean {
  return LOCAL.has(principal?.via);
}

export function addLimits(app: FastifyInstance, { reads, changes, failures }: CallLimits): Limits {
  app.register(rateLimit, { global: false, timeWindow: 60_000, ipv6Subnet: 64 });
  /** Once the package is loaded. */
  const counters = new Map<string, ReturnType<FastifyInstance['createRateLimit']>>();
  app.after(() => {
    const byPerson = ({ principal, ip }: FastifyRequest) => principal?.name ?? ip;
    const add = (name: string, options: CreateRateLimitOptions) =>
      counters.set(name, app.createRateLimit(options));
    add('reads', { max: reads, keyGenerator: byPerson });
    add('changes', { max: changes, keyGenerator: byPerson });
    add('failures', { max: failures });
  });

  async function count(name: string, request: FastifyRequest): Promise<number | null> {
    const answer = await counters.get(name)?.(request);
    return answer && !answer.isAllowed && answer.isExceeded ? Math.max(1, answer.ttlInSeconds) : null;
  }

  return {
    async called(request) {
      if (isLocal(request)) return null;
      return count(request.method === 'GET' || request.method === 'HEAD' ? 'reads' : 'changes', request);
    },
    failed: (request) => count('failures', request),
  };
}
