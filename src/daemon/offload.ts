/** nginx before the boot server, wired: it follows the site in force, and what is fetched for it. */

import type { Logger } from 'pino';
import type { NetbootService, Site } from '../model/desired.ts';
import { configureNginx, publish } from '../netboot/offload.ts';
import type { StoredArtifact } from '../netboot/store.ts';
import { nginxConfig } from '../render/nginx.ts';

export interface Offload {
  use(site: Site): void;
  /** Files came, or went. */
  refresh(): void;
  /** Whose `X-Forwarded-For` counts; null where machines are heard themselves. */
  proxy(): string | null;
  /** Whether nginx has the file of this digest. */
  has(sha256: string): boolean;
  /** Why the daemon sends the files itself, although nginx is declared; null when nginx does, or is not declared. */
  trouble(): string | null;
  close(): Promise<void>;
}

interface Ports {
  /** Where the daemon's own boot server listens. */
  listening: { host: string; port: number };
  /** What the profiles in force declare and is there. */
  files(): readonly StoredArtifact[];
  log: Logger;
}

const TRY_AGAIN = 30_000;

export function createOffload({ listening, files, log }: Ports): Offload {
  // nginx reaches it from the same machine: by the very address that it listens on.
  const host = /^(?:0\.0\.0\.0|::)$/.test(listening.host) ? '127.0.0.1' : listening.host;
  const upstream = `${host.includes(':') ? `[${host}]` : host}:${listening.port}`;
  let service: NetbootService | null = null;
  let there = new Set<string>();
  let lane: Promise<void> = Promise.resolve();
  let again: NodeJS.Timeout | null = null;
  let trouble: string | null = null;
  let closed = false;

  function refresh(): void {
    lane = lane.then(follow);
  }

  async function follow(): Promise<void> {
    if (again) clearTimeout(again);
    const now = service;
    if (closed) return;
    if (!now) {
      there = new Set();
      trouble = null;
      return;
    }
    try {
      const paths = new Map(files().map(({ sha256, path }) => [sha256, path]));
      // Of what goes, nothing more is handed to nginx; of what comes, not before it is there.
      there = new Set([...there].filter((digest) => paths.has(digest)));
      there = await publish(now.directory, paths);
      if (await configureNginx(now, nginxConfig({ ...now, upstream }))) {
        log.info({ reason: 'NginxConfigured' }, `nginx follows the site: ${now.configuration}`);
      }
      trouble = null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      trouble = `nginx does not follow the site, the daemon sends what it lacks: ${why}`;
      log.warn({ reason: 'NginxProblem' }, `nginx: ${why}; tried again in ${TRY_AGAIN / 1000} s`);
      again = setTimeout(refresh, TRY_AGAIN);
      again.unref();
    }
  }

  return {
    use(site) {
      service = site.services.netboot;
      refresh();
    },
    refresh,
    proxy: () => (service ? host : null),
    has: (sha256) => there.has(sha256),
    trouble: () => trouble,
    async close() {
      closed = true;
      if (again) clearTimeout(again);
      await lane;
    },
  };
}
