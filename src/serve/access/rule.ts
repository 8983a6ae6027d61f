/** Who may call a route. Each route declares it in its `config`; one that does not is refused to everybody. */

import type { Principal, Role } from '../../model/access.ts';
import type { Session } from './sessions.ts';

export interface RouteRule {
  method: string;
  url: string;
  role: Role | 'anyone' | undefined;
  pool: 'node' | 'plan' | 'none' | undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role. `anyone`: also who has not shown who he is. */
    role?: Role | 'anyone';
    /** Whose pool must be the caller's: that of the node in the path, those of all that the plan in the body holds, or none at all. Left out: the whole site. */
    pool?: 'node' | 'plan' | 'none';
  }
  interface FastifyInstance {
    /** Every route with its rule, once the plane is ready. */
    routeRules: RouteRule[];
    /** Whether who sent this request would still be let in. */
    isWelcome(request: FastifyRequest): boolean;
  }
  interface FastifyRequest {
    /** Null: has not shown who he is. */
    principal: Principal | null;
    /** Of who shows who he is by a cookie. */
    session: Session | null;
  }
}

export const ANYONE = { role: 'anyone' } as const;
export const READS = { role: 'viewer' } as const;
/** On the node of the path. */
export const ACTS = { role: 'operator', pool: 'node' } as const;
export const APPROVES_PLAN = { role: 'operator', pool: 'plan' } as const;
/** Changes nothing of any node: looks at Git, say. */
export const LOOKS = { role: 'operator', pool: 'none' } as const;
/** On the site as a whole. */
export const ADMIN = { role: 'admin' } as const;
