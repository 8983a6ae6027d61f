import type { Access, Oidc } from '../model/access.ts';
import type { AccessSpec, OidcSpec } from '../model/access-spec.ts';

/** Null where the site gives nobody access. */
export function buildAccess(spec: AccessSpec | undefined): Access | null {
  if (!spec) return null;
  const tokens = spec.tokens.map(({ name, role, pools, hash, expires }) => ({
    ...{ name, role, pools: pools ?? null },
    hash: hash.replace(/^sha256:/, ''),
    expires: expires === undefined ? null : Date.parse(expires),
  }));
  return { tokens, ...(spec.oidc && { oidc: buildOidc(spec.oidc) }) };
}

function buildOidc({ issuer, clientId, roles, ...spec }: OidcSpec): Oidc {
  return {
    ...{ issuer, clientId, clientSecret: spec.clientSecret ?? null },
    scopes: spec.scopes ?? ['profile'],
    nameClaim: spec.nameClaim ?? 'preferred_username',
    rolesClaim: spec.rolesClaim ?? 'groups',
    roles: roles.map(({ value, role, pools }) => ({ value, role, pools: pools ?? null })),
  };
}
