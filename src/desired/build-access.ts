import type { Access } from '../model/access.ts';
import type { AccessSpec } from '../model/access-spec.ts';

/** Null where the site gives nobody access. */
export function buildAccess(spec: AccessSpec | undefined): Access | null {
  if (!spec) return null;
  const tokens = spec.tokens.map(({ name, role, pools, hash, expires }) => ({
    ...{ name, role, pools: pools ?? null },
    hash: hash.replace(/^sha256:/, ''),
    expires: expires === undefined ? null : Date.parse(expires),
  }));
  return { tokens };
}
