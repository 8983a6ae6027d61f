/** Who may use the daemon from elsewhere, in the site's document. */

import type { Role } from './access.ts';
import type { SecretRef } from './secret-ref.ts';

export interface AccessSpec {
  tokens: AccessTokenSpec[];
  oidc?: OidcSpec;
}

export interface AccessTokenSpec {
  /** Whom the journal names. */
  name: string;
  role: Role;
  /** Only of an operator: acts on nodes of these alone. */
  pools?: string[];
  /** SHA-256 of the token: `sha256:` and 64 hexadecimal digits. */
  hash: string;
  /** A time with its zone. */
  expires?: string;
}

export interface OidcSpec {
  issuer: string;
  clientId: string;
  clientSecret?: SecretRef;
  scopes?: string[];
  nameClaim?: string;
  rolesClaim?: string;
  roles: OidcRoleSpec[];
}

export interface OidcRoleSpec {
  /** In the claim of the roles. */
  value: string;
  role: Role;
  pools?: string[];
}
