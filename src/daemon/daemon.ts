/** The daemon, put together: git → desired → plan → act → journal, and the two planes that serve it. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { reconcileNode } from '../act/runner.ts';
import { TIMING } from '../act/step.ts';
import { createDocumentCache } from '../desired/document-cache.ts';
import { createDrivers } from '../drivers/registry.ts';
import { openSource } from '../git/source.ts';
import { openSqliteJournal } from '../journal/sqlite.ts';
import type { Site } from '../model/desired.ts';
import { type Journal, JournalError } from '../model/journal.ts';
import { isBusy } from '../model/phase.ts';
import { createPowerObserver } from '../observe/power-observer.ts';
import { createTokens } from '../observe/tokens.ts';
import { makePlan } from '../plan/plan.ts';
import { startBootPlane } from './boot.ts';
import { startControlPlane } from './control.ts';
import { prepareDataDir, removeControlFile, tokenKey, writeControlFile } from './data-dir.ts';
import { createFleet } from './fleet.ts';
import { createFollower } from './follow.ts';
import { invalidCommit, noSuchNode, notReady } from './follow-errors.ts';
import { createLateSource } from './late-source.ts';
import { causesBetween, loadSite } from './load-site.ts';
import { logJournal } from './log-journal.ts';
import { debounce, repeat } from './loops.ts';
import { createNodeDrivers } from './node-drivers.ts';
import { createOperations } from './operations.ts';
import { createQueue } from './queue.ts';
import { createSecrets } from './secrets.ts';
import type { DaemonSettings } from './settings.ts';
import { startSweeps } from './sweeps.ts';
import { VERSION } from './version.ts';
import { createViews } from './views.ts';

export interface Daemon {
  /** Base URL of the control plane. */
  url: string;
  /** Base URL of the boot plane, as nodes reach it. */
  bootUrl: string;
  /** Stops acting, waits for what is under way to be journaled, closes everything. */
  close(): Promise<void>;
  /** Resolves when the daemon cannot go on (the journal can no longer be written). */
  failed: Promise<Error>;
}

export interface DaemonPorts {
  log: Logger;
  clock?: () => number;
  /** Called with every site that is about to come into force, before its nodes are looked at. */
  onSite?: (site: Site) => Promise<void>;
  /** Replaces the store; for tests that watch or break it. */
  openJournal?: (file: string) => Promise<Journal>;
}

const SECRETS_PAUSE = 2_000;
const SOURCE_PAUSE = 5_000;

/** Starts the daemon. Rejects with a clear error when the store, a port or the repository's place cannot be used. */
export async function startDaemon(settings: DaemonSettings, ports: DaemonPorts): Promise<Daemon> {
  const { log, clock = Date.now, onSite = async () => {} } = ports;
  const startedAt = clock();
  const closers: (() => unknown)[] = [];
  const failure = Promise.withResolvers<Error>();
  const close = closeOnce(closers);

  try {
    await prepareDataDir(settings.dataDir);
    const open = ports.openJournal ?? ((file) => openSqliteJournal({ file, clock }));
    const journal = await open(join(settings.dataDir, 'journal.db'));
    closers.push(() => journal.close());
    logJournal(journal, log);

    const secrets = createSecrets(settings.secretsDir, settings.env);
    const drivers = createDrivers(settings.drivers);
    closers.push(() => drivers.close());
    const nodeDrivers = createNodeDrivers({
      node: (name) => fleet.node(name),
      secrets,
      make: (bmc, credential) => drivers.driverFor(bmc, credential, fleet.site()?.policy.bmcGap),
    });
    closers.push(() => nodeDrivers.close());
    const observer = createPowerObserver({ journal, driverFor: nodeDrivers.driverFor, clock });
    const timing = { ...TIMING, ...settings.timing };
    const fleet = createFleet({ journal, lastReading: observer.lastReading, timing, clock });
    const tokens = createTokens(await tokenKey(settings.dataDir));

    const boot = await startBootPlane({ settings, journal, tokens, fleet, log, clock });
    closers.push(() => boot.close());

    const queue = createQueue({
      work: (name) =>
        reconcileNode(name, {
          journal,
          situation: fleet.situation,
          driverFor: nodeDrivers.driverFor,
          observer,
          publish: async ({ node, state }) => boot.rehearse(node.name, state.attempt),
        }),
      onError: (name, error) => fail(error, { node: name }),
      width: settings.workers,
      clock,
    });
    closers.push(() => queue.close());

    const admissions = debounce(admitNext, 20);
    closers.push(() => admissions.close());
    journal.subscribe((events) => {
      for (const event of events) {
        if (event.node === null) continue;
        queue.wake(event.node);
        const left = event.reason === 'PhaseEntered' && isBusy(event.data.from) && !isBusy(event.data.phase);
        if (left || event.reason === 'PowerObserved' || event.reason === 'NodeReleased') admissions.call();
      }
    });

    /** A place became free: wakes those that the plan lets begin now, in its order. */
    function admitNext(): void {
      const plan = planInForce();
      for (const { node, kind, hold } of plan?.actions ?? [])
        if (kind === 'install' && !hold) queue.wake(node);
    }

    function planInForce() {
      const site = fleet.site();
      if (!site) return null;
      const causeOf = () => site.commit;
      return makePlan({ site, previous: null, states: journal.states(), now: clock(), causeOf }).plan;
    }

    const { repository, branch, dataDir, auth, pollInterval, env } = settings;
    const warn = (message: string) => log.warn({ reason: 'GitWatch' }, message);
    const source = createLateSource(
      () => openSource({ location: repository, branch, dataDir, auth, pollInterval, env, warn }),
      repository,
      SOURCE_PAUSE,
    );
    closers.push(() => source.close());
    const cache = createDocumentCache();
    const { site, use } = fleet;
    const follower = createFollower({ source, cache, journal, clock, site, prepare, use, inForce });

    async function prepare(site: Site): Promise<void> {
      await onSite(site);
      await nodeDrivers.retire(await secrets.refresh(site.credentials));
    }

    async function inForce(site: Site): Promise<void> {
      await nodeDrivers.retire([]);
      for (const name of site.nodes.keys()) queue.wake(name);
      sweeps.soon();
    }

    const sweeps = startSweeps({ fleet, read: observer.read, wake: queue.wake, onError: fail, clock });
    closers.push(() => sweeps.close());
    const watch = repeat(refreshSecrets, () => SECRETS_PAUSE, fail);
    closers.push(() => watch.close());

    async function refreshSecrets(): Promise<void> {
      const site = fleet.site();
      if (!site) return;
      const changed = await secrets.refresh(site.credentials);
      if (changed.length === 0) return;
      log.info(
        { reason: 'SecretChanged', credentials: changed },
        'credentials changed; asking their BMCs again',
      );
      await nodeDrivers.retire(changed);
      sweeps.soon();
    }

    const views = createViews({
      version: VERSION,
      startedAt,
      clock,
      repository: () => source.describe(),
      journal,
      fleet,
      git: follower.view,
      sweep: sweeps.view,
      bootUrl: () => boot.url,
      lastReading: observer.lastReading,
    });
    const operations = createOperations({
      journal,
      site: fleet.site,
      plan: () => planInForce() ?? refuse(notReady()),
      wake: queue.wake,
      clock,
    });

    async function planTo(revision: string | null) {
      const previous = fleet.site();
      if (revision === null || !previous) return planInForce();
      const loaded = await loadSite(source, cache, await source.resolve(revision));
      if (!loaded.site) throw invalidCommit(loaded.problems.length);
      const causeOf = await causesBetween(source, previous.commit.id, loaded.commit);
      return makePlan({ site: loaded.site, previous, states: journal.states(), now: clock(), causeOf }).plan;
    }

    async function reconcile(name: string | null): Promise<void> {
      if (name === null) {
        sweeps.soon();
        return follower.check();
      }
      if (!fleet.node(name)) throw noSuchNode(name);
      await observer.read(name);
      queue.wake(name);
    }

    const token = randomBytes(24).toString('base64url');
    const control = await startControlPlane(
      {
        ...views,
        ...operations,
        token,
        journal,
        plan: planTo,
        reconcile,
        acceptHistory: follower.acceptHistory,
      },
      settings.controlListen,
      log,
    );
    closers.push(() => control.close());
    await writeControlFile(dataDir, { url: control.url, token, pid: process.pid });
    closers.push(() => removeControlFile(dataDir));

    await journal.append([
      {
        node: null,
        commit: null,
        actor: 'daemon',
        reason: 'DaemonStarted',
        message: `barewright ${VERSION} started`,
        data: { version: VERSION },
      },
    ]);
    source.onChange(() => void follower.check().catch(fail));
    void follower.check().catch(fail);
    return { url: control.url, bootUrl: boot.url, close, failed: failure.promise };
  } catch (error) {
    await close();
    throw error;
  }

  /** A defect or a journal that cannot be written: said at once; a dead journal stops the daemon. */
  function fail(error: unknown, fields: object = {}): number | null {
    if (error instanceof JournalError) {
      failure.resolve(error);
      return null;
    }
    log.error(
      { ...fields, err: error, reason: 'Defect' },
      'this should not have happened; trying again in 10 s',
    );
    return 10_000;
  }
}

/** Closes in reverse order, once; one failure does not keep the others from closing. */
function closeOnce(closers: (() => unknown)[]): () => Promise<void> {
  let closing: Promise<void> | null = null;
  async function closeAll(): Promise<void> {
    for (const closer of closers.splice(0).reverse()) {
      try {
        await closer();
      } catch {
        // What cannot be closed any more is closed by the end of the process.
      }
    }
  }
  return () => {
    closing ??= closeAll();
    return closing;
  };
}

function refuse(error: Error): never {
  throw error;
}
