/** Who may use the daemon from elsewhere, in the site's document. */

import type { Role } from './access.ts';

export interface AccessSpec {
  tokens: AccessTokenSpec[];
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
