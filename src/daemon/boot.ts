/** The boot plane, wired: what it serves is rendered at the moment it is asked for. */

import type { Logger } from 'pino';
import { type RegistryInput, stackBundle } from '../agent/bundle.ts';
import { installerOf } from '../installers/table.ts';
import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { Attempt } from '../model/node-state.ts';
import { NotYet } from '../model/not-yet.ts';
import type { BootLoader } from '../model/site.ts';
import { createBootDesk } from '../observe/boot-desk.ts';
import { createReportDesk } from '../observe/reports.ts';
import type { Tokens } from '../observe/tokens.ts';
import { type BootPlanePorts, createBootPlane } from '../serve/boot-plane.ts';
import { createBootFiles } from '../serve/tftp/boot-files.ts';
import type { TftpFile } from '../serve/tftp/transfer.ts';
import { bootLoaders } from './dhcp-places.ts';
import type { Fleet } from './fleet.ts';
import { localDiskLoaders } from './local-disk.ts';
import type { Netboot } from './netboot.ts';
import { createOffload, type Offload } from './offload.ts';
import type { DaemonSettings } from './settings.ts';

/** How long a machine's request is kept waiting for the first site after a start; ms. */
const READY_PATIENCE = 10_000;

interface Ports {
  settings: DaemonSettings;
  journal: Journal;
  tokens: Tokens;
  fleet: Fleet;
  netboot: Pick<Netboot, 'held' | 'find' | 'awaits' | 'complete' | 'asServed'>;
  /** Where installers send their logs, on the host of the boot URL; null: nowhere. */
  logPort: number | null;
  /** See OwnRegistry. */
  registryInput(site: Site): Promise<RegistryInput | null>;
  log: Logger;
  clock(): number;
}

export interface RunningBootPlane {
  /** Base URL under which nodes reach it. */
  url: string;
  /** nginx in front of it, where the site wants that. */
  offload: Offload;
  /** For TFTP: null where there is nothing for this machine under this path. */
  openFile(path: string, address: string): Promise<TftpFile | null>;
  /**
   * Renders what an attempt will be served and looks for what it boots from, so that an error shows before the machine is
   * switched off. Throws why not; `NotYet` for files that are still to come.
   */
  rehearse(node: string, attempt: Attempt | null): void;
  close(): Promise<void>;
}

/** Files that vanished between the guards and here come back by themselves, and wake the node. */
const LOOK_AGAIN = 5_000;

/** Listens; rejects with the port's name when it is taken. */
export async function startBootPlane({
  settings,
  journal,
  tokens,
  fleet,
  netboot,
  logPort,
  registryInput,
  log,
  clock,
}: Ports): Promise<RunningBootPlane> {
  const { bindAddresses, bootListen } = settings;
  const find = (node: DesiredNode | null) => node && { name: node.name, address: node.bootAddress };
  const desk = createBootDesk({
    journal,
    tokens,
    nodeByMac: (mac) => find(fleet.nodeByMac(mac)),
    nodeByName: (name) => find(fleet.node(name)),
    bindAddresses,
    renderScript,
    renderAnswers: (name, attempt, token, file) => renderFiles(name, attempt, token).get(file) ?? null,
    clock,
  });
  const reports = createReportDesk({
    journal,
    tokens,
    nodeByMac: fleet.nodeByMac,
    bindAddresses,
    isHeld: fleet.isConfigurationHeld,
    async stacksOf(node) {
      const site = fleet.site();
      if (!site) throw new Error('no site is in force');
      return stackBundle(site, node, await registryInput(site));
    },
    clock,
  });
  const localDisk = localDiskLoaders(log);
  const fromPackage = bootLoaders(settings);
  let url = settings.bootUrl ?? '';

  function renderScript(name: string, attempt: Attempt, answersToken: string, loader: BootLoader): string {
    const { node, profile: declared } = subject(fleet, name, attempt);
    const profile = netboot.complete(declared);
    const { bootScript } = installerOf(profile);
    return bootScript({ node, profile, loader, bootUrl: url, answersToken, attempt: attempt.n, logPort });
  }

  function renderFiles(name: string, attempt: Attempt, callbackToken: string) {
    const { site, node, profile } = subject(fleet, name, attempt);
    const record = recordOf(node, attempt);
    const reportKey = tokens.reportKey(attempt.installId);
    return installerOf(profile).files({
      site,
      node,
      profile: netboot.asServed(profile),
      record,
      bootUrl: url,
      callbackToken,
      reportKey,
    });
  }

  const planePorts: BootPlanePorts = {
    ...desk,
    ...reports,
    artifact: netboot.find,
    offload: { proxy: () => offload.proxy(), has: (digest) => offload.has(digest) },
    loader: async (file) => (await localDisk(file)) ?? (await fromPackage(file)),
    ready: () => fleet.ready(READY_PATIENCE),
    onError: (err, what) => log.error({ err, reason: 'BootPlane' }, `boot plane: ${what}`),
  };
  const plane = createBootPlane(planePorts);
  const listening = await plane.listen(bootListen);
  const offload = createOffload({
    listening: { host: bootListen.host, port: Number(new URL(listening).port || 80) },
    ...{ files: netboot.held, log },
  });
  if (settings.bootUrl === null) url = listening.replace('0.0.0.0', '127.0.0.1');

  return {
    url,
    openFile: createBootFiles(planePorts),
    rehearse(name, attempt) {
      if (!attempt) return;
      const { node } = subject(fleet, name, attempt);
      // First: an image that is not converted yet cannot be rendered.
      const awaits = netboot.awaits(subject(fleet, name, attempt).profile);
      if (awaits !== null) throw new NotYet(awaits, clock() + LOOK_AGAIN);
      renderScript(name, attempt, tokens.issue('answers', attempt.installId), node.bootLoader);
      renderFiles(name, attempt, tokens.issue('callback', attempt.installId));
    },
    offload,
    async close() {
      await offload.close();
      await plane.close();
    },
  };
}

function subject(
  fleet: Fleet,
  name: string,
  attempt: Attempt,
): { site: Site; node: DesiredNode; profile: Profile } {
  const site = fleet.site();
  const node = fleet.node(name);
  const profile = site?.profiles.get(attempt.target.profile);
  if (!site || !node) throw new Error(`${name} is no longer in the inventory`);
  if (!profile) throw new Error(`profile ${attempt.target.profile} is no longer declared`);
  return { site, node, profile };
}

/** What the node will carry and report. */
function recordOf(node: DesiredNode, { installId, target }: Attempt): InstallRecord {
  const { profile, generation, commit } = target;
  return { installId, profile, generation, installDigest: node.installDigest, commit };
}
