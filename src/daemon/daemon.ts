/** The daemon, put together: git → desired → plan → act → journal, and the two planes that serve it. */

import type { Logger } from 'pino';
import type { Source } from '../git/source.ts';
import type { Site } from '../model/desired.ts';
import { type Journal, JournalError } from '../model/journal.ts';
import { createTokens } from '../observe/tokens.ts';
import { startBootPlane } from './boot.ts';
import { journalFiles, prepareDataDir, tokenKey } from './data-dir.ts';
import { createDhcp } from './dhcp.ts';
import { openFleet } from './fleet-access.ts';
import { startImages } from './images/images.ts';
import { openInstallLogs } from './install-logs.ts';
import { logJournal } from './log-journal.ts';
import { openNetboot } from './netboot.ts';
import { openStore } from './open-store.ts';
import { createCollector } from './own-registry/collector.ts';
import { createOwnRegistry } from './own-registry/own-registry.ts';
import { type People, servePeople } from './people.ts';
import { startReconciler } from './reconciler.ts';
import { followRepository, type Repository } from './repository.ts';
import { resumeWaits } from './resume-waits.ts';
import { startRetention } from './retention.ts';
import { startReviews } from './review/start.ts';
import { createScope } from './scope.ts';
import { watchSecrets } from './secrets-watch.ts';
import type { DaemonSettings } from './settings.ts';
import { createSshCheck } from './ssh-check.ts';
import { startSweeps } from './sweeps.ts';
import { startTracing } from './tracing.ts';
import { readVerifyKeys } from './verify-keys.ts';
import { VERSION } from './version.ts';
import { createWebhooks } from './webhooks.ts';

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
  /** Replaces the repository; for tests that need many commits in little time. */
  openSource?: () => Promise<Source>;
  /** What is made of each commit's site before it is planned and comes into force; for rehearsals. */
  adapt?: (site: Site) => Site;
}

const DEFECT_PAUSE = 10_000;

/** Starts the daemon. Rejects with a clear error when the store or a port cannot be used. */
export async function startDaemon(settings: DaemonSettings, ports: DaemonPorts): Promise<Daemon> {
  const { log, clock = Date.now, onSite = async () => {} } = ports;
  const scope = createScope();
  const failure = Promise.withResolvers<Error>();
  const startedAt = clock();
  let people: People | null = null;

  try {
    await prepareDataDir(settings.dataDir);
    const verifyKeys = settings.verifyKeys === undefined ? [] : await readVerifyKeys(settings.verifyKeys);
    const open = ports.openJournal ?? (() => openStore(settings, clock, log));
    const journal = scope.keep(await open(journalFiles(settings.dataDir).own));
    logJournal(journal, log);
    await resumeWaits(journal, clock);

    const netboot = scope.keep(
      await openNetboot({
        ...{ dataDir: settings.dataDir, journal, log, wake: (node) => wake(node) },
        simulated: settings.simulated ?? !settings.bindAddresses,
        onStored: () => boot.offload.refresh(),
      }),
    );
    const needs: Parameters<typeof openFleet>[2] = {
      awaits: (profile, node) => netboot.awaits(profile) ?? images.awaits(node, profile.name),
      images: (node, profile) => images.required(node, profile),
      imageKnowledge: () => images.knowledge,
    };
    const access = openFleet(settings, journal, needs, clock, scope);
    const { fleet, observer, nodeDrivers, secrets, sopsFiles } = access;
    const tracing = scope.keep(
      await startTracing(settings.tracing, journal, log, (node) => fleet.node(node)?.pool ?? null),
    );
    const tokens = createTokens(await tokenKey(settings.dataDir));
    const ownRegistry = scope.keep(
      createOwnRegistry({
        ...{ settings, sopsFiles, journal, tokens, clock, onError: fail },
        site: fleet.site,
        onUp() {
          images.soon();
          collector.recover().catch(fail);
        },
      }),
    );
    const images = scope.keep(
      startImages({
        ...{ settings, sopsFiles, journal, clock, onError: fail },
        site: fleet.site,
        files: () => repository.files,
        served: ownRegistry.access,
        isReady: () => ownRegistry.view().state !== 'starting',
        wake: (node) => wake(node),
      }),
    );
    const collector = scope.keep(
      createCollector({
        ...{ journal, ownRegistry, clock, onError: fail },
        images: { own: images.own, memory: images.knowledge.memory },
        site: fleet.site,
      }),
    );
    const { bootListen, logPort } = settings;
    const installLogs = scope.keep(
      await openInstallLogs({
        ...{ dataDir: settings.dataDir, journal, log },
        listen: logPort === null ? null : { host: bootListen.host, port: logPort },
      }),
    );
    const boot = scope.keep(
      await startBootPlane({
        settings,
        journal,
        tokens,
        fleet,
        netboot,
        logPort: installLogs.port,
        registryInput: ownRegistry.input,
        log,
        clock,
      }),
    );
    const dhcp = scope.keep(
      createDhcp({
        ...{ settings, journal, fleet, log, clock, bootUrl: boot.url, openFile: boot.openFile },
        onError: fail,
        wake: (node) => wake(node),
      }),
    );
    const reconciler = scope.keep(
      startReconciler({
        ...access,
        journal,
        boot,
        dhcp,
        images,
        sshCheck: createSshCheck(secrets),
        workers: settings.workers,
        onRound: (ms) => people?.metrics.reconciled(ms),
        clock,
        onError: fail,
      }),
    );
    const { wake } = reconciler;
    const sweeps = scope.keep(startSweeps({ fleet, read: observer.read, wake, onError: fail, clock }));

    const repository: Repository = scope.keep(
      followRepository({
        settings,
        journal,
        fleet,
        clock,
        log,
        openSource: ports.openSource,
        adapt: ports.adapt,
        verifyKeys,
        images,
        shownIn: (source, from, to) => reviews.shownIn(source, from, to),
        onStages: tracing.onStages,
        onError: fail,
        async prepare(site) {
          await onSite(site);
          sopsFiles.use(site.texts);
          await nodeDrivers.retire(await secrets.refresh(site.credentials));
        },
        async inForce(site) {
          netboot.keep(site);
          boot.offload.use(site);
          ownRegistry.use(site);
          images.soon();
          dhcp.use(site);
          reviews.soon();
          webhooks.use();
          await nodeDrivers.retire([]);
          for (const name of site.nodes.keys()) wake(name);
          sweeps.soon();
        },
      }),
    );
    const reviews = scope.keep(
      startReviews({
        ...{ settings, journal, secrets, clock, onError: fail },
        ...{ site: fleet.site, plan: reconciler.plan, branch: repository.branch },
        ...{ cache: repository.cache, images: images.knowledge },
      }),
    );
    scope.keep(
      watchSecrets({ secrets, nodeDrivers, site: fleet.site, sweep: sweeps.soon, log, onError: fail }),
    );
    scope.keep(startRetention(journal, settings.keepEventsDays, clock, log, fail));

    const webhooks = scope.keep(
      createWebhooks({
        ...{ journal, secrets, site: fleet.site, clock, onError: fail },
        wake() {
          repository.check().catch(fail);
          reviews.soon();
        },
      }),
    );

    const parts = {
      ...{ settings, startedAt, journal, access, images, collector, ownRegistry, installLogs, boot, dhcp },
      ...{ reconciler, sweeps, repository, reviews, webhooks, clock, log, onError: fail },
    };
    people = await servePeople(parts, scope);

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
    repository.start();
    return { url: people.url, bootUrl: boot.url, close: scope.close, failed: failure.promise };
  } catch (error) {
    await scope.close();
    throw error;
  }

  /** A defect or a journal that cannot be written: said at once; a dead journal stops the daemon. */
  function fail(error: unknown, fields: object = {}): number | null {
    if (error instanceof JournalError) {
      failure.resolve(error);
      return null;
    }
    const wait = `this should not have happened; trying again in ${DEFECT_PAUSE / 1000} s`;
    log.error({ ...fields, err: error, reason: 'Defect' }, wait);
    return DEFECT_PAUSE;
  }
}
