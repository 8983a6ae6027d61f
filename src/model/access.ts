/** Who may do what. Pure; how a request shows who sends it is for the control plane. */

import type { SecretRef } from './secret-ref.ts';

export const ROLES = ['viewer', 'operator', 'admin'] as const;
/** A viewer reads. An operator acts on nodes of its pools. An admin does everything. Each may what the one before it may. */
export type Role = (typeof ROLES)[number];

export interface Principal {
  /** The actor that the journal names. */
  name: string;
  role: Role;
  /** Where it may act; null: everywhere. Reading is not limited to pools. */
  pools: readonly string[] | null;
  /** How it has shown who it is. `loopback`: not at all, but it is on the same machine, and no access is configured. */
  via: 'control-token' | 'token' | 'session' | 'oidc' | 'loopback';
}

/** Whom a site gives access. */
export interface Access {
  tokens: readonly AccessToken[];
  oidc?: Oidc;
}

export interface AccessToken {
  name: string;
  role: Role;
  pools: readonly string[] | null;
  /** SHA-256 of the token, as 64 hexadecimal digits. */
  hash: string;
  /** ms since the epoch; null: never. */
  expires: number | null;
}

/** An OpenID Connect provider at which people log in to the pages. */
export interface Oidc {
  issuer: string;
  clientId: string;
  /** Null: PKCE alone proves who asks. */
  clientSecret: SecretRef | null;
  scopes: readonly string[];
  nameClaim: string;
  rolesClaim: string;
  roles: readonly ({ value: string } & Rights)[];
}

/** What the journal can bear as the name of an actor. */
export const ACTOR_NAME = /^[\w.@+-]{1,64}$/;

/** Actors of the journal that are no persons. */
export const NO_PERSONS: ReadonlySet<string> = new Set(['daemon', 'git', 'node', 'someone']);

export type Rights = Pick<Principal, 'role' | 'pools'>;

/** Of several the highest role counts, and pools of that role add up. Null: none is for these values. */
export function rightsOf(roles: Oidc['roles'], values: readonly string[]): Rights | null {
  const borne = roles.filter(({ value }) => values.includes(value));
  const role = ROLES.findLast((one) => borne.some((each) => each.role === one));
  if (!role) return null;
  const pools = borne.flatMap((each) => (each.role === role ? [each.pools] : []));
  return { role, pools: pools.some((some) => some === null) ? null : pools.flatMap((some) => some ?? []) };
}

export function hasRole(who: Rights | null, role: Role): boolean {
  return who !== null && ROLES.indexOf(who.role) >= ROLES.indexOf(role);
}

/** `pool` null: what concerns the whole site, which nobody may change who is limited to pools. Viewing asks for no pool. */
export function mayAct<R extends Rights>(who: R | null, role: Role, pool: string | null): who is R {
  if (!who || !hasRole(who, role)) return false;
  if (role === 'viewer' || who.pools === null) return true;
  return pool !== null && who.pools.includes(pool);
}
