/** Pull requests and webhooks in the site's document. */

import type { SecretRef } from './secret-ref.ts';

export type ForgeKind = 'github' | 'gitlab' | 'gitea';

/** Where plans are shown, and what wakes the daemon. */
export interface ReviewSpec {
  forge?: ForgeSpec;
  /** Pull requests from forks are planned too. Default false. */
  forks?: boolean;
  webhooks?: WebhooksSpec;
}

/** The repository as its forge has it. `gitea` is Forgejo too. */
export interface ForgeSpec {
  kind: ForgeKind;
  /** Default of `github`: `https://api.github.com`; of `gitlab`: `https://gitlab.com`. */
  url?: string;
  /** `owner/name`; of GitLab with its groups. */
  repository: string;
  token: SecretRef;
  /** PEM; trusted for this forge instead of the system's authorities. */
  ca?: SecretRef;
}

/** Where forges say that something was pushed. */
export interface WebhooksSpec {
  /** Address and port. */
  listen: string;
  /** What the forge signs its calls with, or sends along. */
  secret: SecretRef;
}
