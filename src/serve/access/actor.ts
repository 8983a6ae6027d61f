import type { FastifyRequest } from 'fastify';

/** Whom the journal names for what a request changes. The guard lets nobody without a name come so far. */
export function actorOf({ principal }: Pick<FastifyRequest, 'principal'>): string {
  return principal?.name ?? 'someone';
}
