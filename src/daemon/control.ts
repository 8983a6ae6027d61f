/** The control plane, wired and listening. */

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { removedBefore } from '../journal/removed.ts';
import type { Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { Plan } from '../model/plan.ts';
import { isLocalHost } from '../serve/access/host.ts';
import { createControlPlane } from '../serve/control-plane.ts';
import type { ControlPorts } from '../serve/control-ports.ts';
import { createRefusals } from './access-refusals.ts';
import { type ControlTls, openControlTls } from './control-tls.ts';
import { removeControlFile, writeControlFile } from './data-dir.ts';
import { noSuchNode, notLoopback, notReady } from './follow-errors.ts';
import { createLedgerViews } from './ledger-views.ts';
import { createOperations } from './operations.ts';
import type { DaemonSettings } from './settings.ts';
import { VERSION } from './version.ts';
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
  readSecret: ControlPorts['readSecret'];
  clock(): number;
  log: Logger;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Listens, and tells the command line where. Rejects with the port's name when it is taken. */
export async function startControlPlane(ports: Ports): Promise<{ url: string; close(): Promise<void> }> {
  const { settings, journal, views, site, plan, planTo, wake, wakeImages, clock, log } = ports;
  const { acceptHistory, installerLog, collectImages } = ports;
  const { host } = settings.controlListen;
  const onError = (err: unknown) => log.error({ err, reason: 'ControlPlane' }, 'control plane');
  const tls = settings.controlTls ? await openControlTls(settings.controlTls, onError) : null;
  if (!tls && !LOOPBACK.test(host)) throw notLoopback(host);
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
    if (!site()) throw notReady();
    if (!site()?.nodes.has(name)) throw noSuchNode(name);
    await ports.read(name);
    wake(name);
  }

  const plane = createControlPlane({
    ...views,
    ...operations,
    ...createLedgerViews({ journal, site, clock }),
    token,
    version: VERSION,
    access: () => site()?.access ?? null,
    readSecret: ports.readSecret,
    onRefused: createRefusals({ journal, clock, onError }),
    ...(tls && { tls: tls.identity(), isServed: servedBy(tls), address: () => addressOf(tls, plane) }),
    clock,
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
  await plane.listen(settings.controlListen);
  const url = urlOf(plane, tls ? 'https' : 'http');
  const tellWhere = () =>
    writeControlFile(settings.dataDir, {
      ...{ url, token, pid: process.pid },
      ...(tls && { certificate: tls.leaf() }),
    });
  await tellWhere();
  const following = tls?.follow(plane.server as unknown as TlsServer, tellWhere);

  return {
    url: (tls && addressOf(tls, plane)) ?? url,
    async close() {
      await following?.close();
      await removeControlFile(settings.dataDir);
      await plane.close();
    },
  };
}

/** As this machine reaches it. */
function urlOf({ server }: FastifyInstance, scheme: 'http' | 'https'): string {
  const { address, port, family } = server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `${scheme}://127.0.0.1:${port}`;
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** As browsers reach it: by the name that its certificate bears. */
function addressOf(tls: ControlTls, { server }: FastifyInstance): string | null {
  const name = tls.name();
  return name && `https://${name}:${(server.address() as AddressInfo).port}`;
}

/** What the certificate is for; other names come from browsers that were lured here. */
function servedBy(tls: ControlTls): (host: string | undefined) => boolean {
  return (host) =>
    isLocalHost(host) || (host !== undefined && tls.isFor(host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')));
}

function membersOf(site: Site | null): ReadonlyMap<string, string> | null {
  return site && new Map([...site.nodes.values()].map(({ name, pool }) => [name, pool]));
}

function refuse(): never {
  throw notReady();
}
