/** Who looks at a page, and so what it offers to do. */

import type { FastifyRequest } from 'fastify';
import type { Role } from '../../../model/access.ts';

export interface PageUser {
  name: string;
  role: Role;
  /** Null: all of them. */
  pools: readonly string[] | null;
  /** Sent back with every form; empty where no session is. */
  csrf: string;
}

/** Who has shown who he is; null for who has not had to. */
export function userOf({ principal, session }: FastifyRequest): PageUser | null {
  if (!principal || principal.via === 'loopback') return null;
  const { name, role, pools } = principal;
  return { name, role, pools, csrf: session?.csrf ?? '' };
}
