/** Who looks at a page, and so what it offers to do. */

export interface PageUser {
  name: string;
  role: 'viewer' | 'operator' | 'admin';
  /** Null: all of them. */
  pools: readonly string[] | null;
  /** Sent back with every form; empty where no session is. */
  csrf: string;
}

/** `pool` null: what concerns the whole site, which nobody may change who is limited to pools. */
export function mayAct(user: PageUser | null, pool: string | null): user is PageUser {
  if (!user || user.role === 'viewer') return false;
  return user.pools === null || (pool !== null && user.pools.includes(pool));
}
