/** The control plane, wired and listening. */

import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { removedBefore } from '../journal/removed.ts';
import type { Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { Plan } from '../model/plan.ts';
import { createControlPlane } from '../serve/control-plane.ts';
import type { ControlPorts } from '../serve/control-ports.ts';
import { removeControlFile, writeControlFile } from './data-dir.ts';
import { noSuchNode, notLoopback, notReady } from './follow-errors.ts';
import { createLedgerViews } from './ledger-views.ts';
import { createOperations } from './operations.ts';
import type { DaemonSettings } from './settings.ts';
import type { createViews } from './views.ts';

interface Ports {
  settings: DaemonSettings;
  journal: Journal;
  views: ReturnType<typeof createViews>;
  metrics: ControlPorts['metrics'];
  site: Parameters<typeof createOperations>[0]['site'];
  plan(): Plan | null;
  planTo: ControlPorts['plan'];
  wake(node: string): void;
  wakeImages(): void;
  read(node: string): Promise<void>;
  lookEverywhere(): Promise<void>;
  acceptHistory: ControlPorts['acceptHistory'];
  installerLog: ControlPorts['installerLog'];
  collectImages: ControlPorts['collectImages'];
  testNotifications: ControlPorts['testNotifications'];
  clock(): number;
  log: Logger;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Listens, and tells the command line where. Rejects with the port's name when it is taken. */
export async function startControlPlane(ports: Ports): Promise<{ url: string; close(): Promise<void> }> {
  const { settings, journal, views, site, plan, planTo, wake, wakeImages, clock, log } = ports;
  const { acceptHistory, installerLog, collectImages } = ports;
  const { host } = settings.controlListen;
  if (!LOOPBACK.test(host)) throw notLoopback(host);
  const operations = createOperations({
    journal,
    site,
    plan: () => plan() ?? refuse(),
    wake,
    wakeImages,
    clock,
  });
  const token = randomBytes(24).toString('base64url');

  async function reconcile(name: string | null): Promise<void> {
    if (name === null) return ports.lookEverywhere();
    if (!site()?.nodes.has(name)) throw noSuchNode(name);
    await ports.read(name);
    wake(name);
  }

  const plane = createControlPlane({
    ...views,
    ...operations,
    ...createLedgerViews({ journal, site, clock }),
    token,
    journal,
    members: () => membersOf(site()),
    removedBefore: () => removedBefore(journal),
    metrics: ports.metrics,
    plan: planTo,
    reconcile,
    acceptHistory,
    installerLog,
    collectImages,
    testNotifications: ports.testNotifications,
    onError: (err, what) => log.error({ err, reason: 'ControlPlane' }, `control plane: ${what}`),
  });
  const url = await plane.listen(settings.controlListen);
  await writeControlFile(settings.dataDir, { url, token, pid: process.pid });

  return {
    url,
    async close() {
      await removeControlFile(settings.dataDir);
      await plane.close();
    },
  };
}

function membersOf(site: Site | null): ReadonlyMap<string, string> | null {
  return site && new Map([...site.nodes.values()].map(({ name, pool }) => [name, pool]));
}

function refuse(): never {
  throw notReady();
}
