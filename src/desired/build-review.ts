/** Pull requests and webhooks, with every default applied. */

import type { Review } from '../model/desired.ts';
import type { ForgeKind, ReviewSpec } from '../model/review-spec.ts';

/** Where a forge of this kind is, if nothing else is said; there is no one Gitea. */
export const FORGE_URLS: Record<ForgeKind, string | null> = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com',
  gitea: null,
};

export function buildReview(spec: ReviewSpec | undefined): Review | null {
  if (!spec) return null;
  const { forge, forks = false, webhooks } = spec;
  return {
    forge: forge
      ? {
          kind: forge.kind,
          url: (forge.url ?? FORGE_URLS[forge.kind] ?? '').replace(/\/+$/, ''),
          repository: forge.repository,
          token: forge.token,
          ca: forge.ca ?? null,
        }
      : null,
    forks,
    webhooks: webhooks ? { ...splitListen(webhooks.listen), secret: webhooks.secret } : null,
  };
}

/** Of `127.0.0.1:8483` or `[::1]:8483`; the schema has seen to the form. */
export function splitListen(listen: string): { host: string; port: number } {
  const at = listen.lastIndexOf(':');
  return { host: listen.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(listen.slice(at + 1)) };
}
