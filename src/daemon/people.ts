/** What the daemon's parts come to for people: views, metrics, halts that are said, and the control plane that serves them. */

import type { Logger } from 'pino';
import type { StatusView } from '../model/api.ts';
import type { Journal } from '../model/journal.ts';
import type { startBootPlane } from './boot.ts';
import { startControlPlane } from './control.ts';
import { journalFiles } from './data-dir.ts';
import type { createDhcp } from './dhcp.ts';
import type { FleetAccess } from './fleet-access.ts';
import { watchHalts } from './halts.ts';
import type { startImages } from './images/images.ts';
import type { openInstallLogs } from './install-logs.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { startNotifications } from './notifications/start.ts';
import type { createCollector } from './own-registry/collector.ts';
import type { createOwnRegistry } from './own-registry/own-registry.ts';
import type { startReconciler } from './reconciler.ts';
import type { Repository } from './repository.ts';
import type { startReviews } from './review/start.ts';
import type { Scope } from './scope.ts';
import type { DaemonSettings } from './settings.ts';
import type { startSweeps } from './sweeps.ts';
import { VERSION } from './version.ts';
import { createViews } from './views.ts';
import type { createWebhooks } from './webhooks.ts';

export interface Parts {
  settings: DaemonSettings;
  startedAt: number;
  journal: Journal;
  access: FleetAccess;
  images: ReturnType<typeof startImages>;
  collector: ReturnType<typeof createCollector>;
  ownRegistry: ReturnType<typeof createOwnRegistry>;
  installLogs: Awaited<ReturnType<typeof openInstallLogs>>;
  boot: Awaited<ReturnType<typeof startBootPlane>>;
  dhcp: ReturnType<typeof createDhcp>;
  reconciler: ReturnType<typeof startReconciler>;
  sweeps: ReturnType<typeof startSweeps>;
  repository: Repository;
  reviews: ReturnType<typeof startReviews>;
  webhooks: ReturnType<typeof createWebhooks>;
  clock(): number;
  log: Logger;
  onError(error: unknown): void;
}

export interface People {
  /** Base URL of the control plane. */
  url: string;
  metrics: Metrics;
}

/** Rejects when the control plane's port cannot be had. */
export async function servePeople(parts: Parts, scope: Scope): Promise<People> {
  const { settings, journal, access, boot, images, sweeps, repository, reconciler, clock, log, onError } =
    parts;
  const { fleet, observer } = access;
  const views = createViews({
    ...{ version: VERSION, startedAt: parts.startedAt, clock, journal, fleet },
    repository: repository.describe,
    store: storeOf(settings),
    git: repository.view,
    dhcp: parts.dhcp.view,
    registry: parts.ownRegistry.view,
    review: parts.reviews.view,
    webhooks: parts.webhooks.view,
    notifications: () => notifications.view(),
    installerLogs: () => parts.installLogs.trouble,
    offload: boot.offload.trouble,
    images: images.views,
    sweep: sweeps.view,
    bootUrl: () => boot.url,
    lastReading: observer.lastReading,
  });
  const notifications = scope.keep(
    startNotifications({ settings, journal, access, views, images: images.views, clock, onError }),
  );
  scope.keep(watchHalts({ journal, halted: views.halts, onError }));
  const metrics = scope.keep(
    createMetrics({
      ...{ version: VERSION, journal, status: views.status, queued: reconciler.queued },
      ...{ site: fleet.site, actions: fleet.actions },
    }),
  );
  const control = scope.keep(
    await startControlPlane({
      ...{ settings, journal, views, metrics, clock, log },
      site: fleet.site,
      plan: reconciler.plan,
      planTo: async (revision) => (revision === null ? reconciler.plan() : repository.planTo(revision)),
      wake: reconciler.wake,
      wakeImages: images.soon,
      read: access.readByHand,
      installerLog: parts.installLogs.tail,
      async lookEverywhere() {
        sweeps.soon();
        images.retry();
        await repository.check();
      },
      acceptHistory: repository.acceptHistory,
      collectImages: parts.collector.collect,
      readSecret: access.secrets.read,
      testNotifications: notifications.test,
    }),
  );
  return { url: control.url, metrics };
}

function storeOf({ store, dataDir }: DaemonSettings): StatusView['store'] {
  return store
    ? { kind: 'Redis', place: store.address.shown }
    : { kind: 'SQLite', place: journalFiles(dataDir).own };
}
