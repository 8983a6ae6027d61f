/** Who sends a request: by the token it bears. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../model/access.ts';

export interface IdentifyPorts {
  /** Of this run of the daemon: who can read its data directory is an admin. */
  token: string;
}

const LOOPBACK: Principal = { name: 'someone', role: 'viewer', pools: null, via: 'loopback' };

export function identifyBy({
  token,
}: IdentifyPorts): (request: FastifyRequest) => Principal | 'wrong' | null {
  const control = digestOf(token);
  return (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return LOOPBACK;
    const given = /^Bearer (\S+)$/.exec(authorization)?.[1];
    if (given === undefined || !timingSafeEqual(digestOf(given), control)) return 'wrong';
    return { name: saidName(request), role: 'admin', pools: null, via: 'control-token' };
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The name a person gives himself; bounded and printable, for the journal. */
function saidName({ headers }: FastifyRequest): string {
  const name = headers['x-barewright-actor'];
  return typeof name === 'string' && /^[\w.@+-]{1,64}$/.test(name) ? name : 'someone';
}
