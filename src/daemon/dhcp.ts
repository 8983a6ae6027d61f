/** DHCP, wired: what the site in force says is rendered and put in force, and what dnsmasq saw goes to the journal. */

import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Dnsmasq, startDnsmasq } from '../dhcp/dnsmasq.ts';
import { DhcpError } from '../dhcp/error.ts';
import { fillTftpRoot } from '../dhcp/loaders.ts';
import { askAt, type Probe } from '../dhcp/silence.ts';
import type { DhcpView } from '../model/api.ts';
import type { DnsmasqService, Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import { NotYet } from '../model/not-yet.ts';
import { needsOwnTftp } from '../render/dnsmasq/boot.ts';
import { dnsmasqFiles, linesOfNode } from '../render/dnsmasq/files.ts';
import { RenderError } from '../render/text.ts';
import type { TftpFile } from '../serve/tftp/transfer.ts';
import { createDhcpEvents } from './dhcp-events.ts';
import { type DhcpPlaces, dhcpPlaces, LOADER_NAMES, missingGrub } from './dhcp-places.ts';
import type { Fleet } from './fleet.ts';
import type { DaemonSettings } from './settings.ts';
import { createTftp } from './tftp.ts';

export interface Dhcp {
  /** Has DHCP follow the site; what goes wrong is a condition of the site's, never the caller's. */
  use(site: Site): void;
  /** Throws `NotYet` while a node's own lines are not answered from. */
  ensure(node: string): void;
  view(): DhcpView;
  close(): Promise<void>;
}

interface Ports {
  settings: DaemonSettings;
  journal: Journal;
  fleet: Pick<Fleet, 'site' | 'nodeByMac'>;
  /** Base URL of the boot plane as machines reach it. */
  bootUrl: string;
  /** What the daemon's own TFTP sends. */
  openFile(path: string, address: string): Promise<TftpFile | null>;
  wake(node: string): void;
  log: Logger;
  clock(): number;
  onError(error: unknown): void;
}

const LOOK_AGAIN = 2_000;

export function createDhcp(ports: Ports): Dhcp {
  const { settings, fleet, bootUrl, log, clock, onError } = ports;
  const places = dhcpPlaces(settings);
  const events = createDhcpEvents(ports);
  const tftp = createTftp({
    ...{ bootUrl, log, open: ports.openFile },
    onSent: (detail, address) => events.onEvent({ kind: 'tftp', mac: null, address, pxe: true, detail }),
  });
  /** By architecture: why its machines cannot boot GRUB. */
  let noGrub: Record<'amd64' | 'arm64', string | null> = { amd64: null, arm64: null };
  let running: { service: DnsmasqService; dnsmasq: Dnsmasq } | null = null;
  let off: DhcpView = { state: 'off', message: 'dnsmasq is not run by barewright', since: clock() };
  /** One site after the other; the newest that waits replaces older ones. */
  let lane: Promise<void> = Promise.resolve();
  let newest: Site | null = null;
  let closed = false;

  function use(site: Site): void {
    newest = site;
    lane = lane.then(follow).catch(onError);
  }

  async function follow(): Promise<void> {
    const site = newest;
    newest = null;
    if (!site || closed) return;
    if (needsOwnTftp(site)) {
      const [amd64, arm64] = await Promise.all([
        missingGrub(settings, 'amd64'),
        missingGrub(settings, 'arm64'),
      ]);
      noGrub = { amd64, arm64 };
    }
    tftp.use(site);
    const dnsmasq = await runnerFor(site.services.dnsmasq);
    if (!dnsmasq) return;
    try {
      const files = await readied(site, placesOf(site.services.dnsmasq));
      // Not waited for: what comes of it is told by onApplied and onProblem.
      dnsmasq.apply(files).catch(() => {});
    } catch (error) {
      if (!(error instanceof DhcpError)) throw error;
      dnsmasq.refuse(error);
    }
  }

  /** The one that runs, unless it is to be run another way. */
  async function runnerFor(service: DnsmasqService): Promise<Dnsmasq | null> {
    if (running && sameWay(running.service, service)) return running.dnsmasq;
    if (running) off = { ...off, since: clock() };
    await running?.dnsmasq.close();
    running = null;
    const { mode, interfaces, reload } = service;
    if (mode === 'off') return null;
    const { directory, leaseFile, program } = placesOf(service);
    const silence = { ask: () => askAt(interfaces, probeFor(fleet.site())) };
    const more = { directory, leaseFile, program, silence, reload, ...settings.dnsmasq?.timing };
    const dnsmasq = await startDnsmasq({ mode, clock, ...more, ...events });
    running = { service, dnsmasq };
    return dnsmasq;
  }

  function placesOf({ directory }: DnsmasqService): DhcpPlaces {
    return directory === null ? places : { ...places, directory, tftpRoot: join(directory, 'tftp') };
  }

  async function readied(site: Site, { directory, tftpRoot, loaders }: DhcpPlaces) {
    if (/^https?:\/\/(127\.|localhost\b|\[::1\])/.test(bootUrl)) {
      const hint = 'start the daemon with --boot-url http://ADDRESS:PORT';
      throw new DhcpError('render', `machines cannot reach the boot server at ${bootUrl}: ${hint}`);
    }
    try {
      const missing = await fillTftpRoot(tftpRoot, loaders, LOADER_NAMES);
      if (missing.length > 0) log.debug({ missing }, 'boot loaders that are not installed');
    } catch (error) {
      throw new DhcpError('write', `the TFTP root cannot be filled: ${(error as Error).message}`);
    }
    try {
      return dnsmasqFiles(site, { directory, tftpRoot, bootUrl });
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      throw new DhcpError('render', `the inventory cannot be rendered: ${error.message}`);
    }
  }

  function ensure(name: string): void {
    const site = fleet.site();
    if (!site) return;
    ensureGrub(site, name);
    if (site.services.dnsmasq.mode === 'off') return;
    const lines = linesOfNode(site, name);
    if (lines.length === 0 || running?.dnsmasq.serves(lines)) return;
    const { state, message } = view();
    throw new NotYet(`DHCP to answer it${state === 'problem' ? `: ${message}` : ''}`, clock() + LOOK_AGAIN);
  }

  function ensureGrub({ nodes, profiles }: Site, name: string): void {
    const node = nodes.get(name);
    if (node?.bootLoader !== 'grub') return;
    const why = noGrub[profiles.get(node.profile)?.os.arch ?? 'amd64'] ?? tftp.trouble();
    if (why !== null) throw new NotYet(`GRUB to be there: ${why}`, clock() + LOOK_AGAIN);
  }

  function view(): DhcpView {
    return running?.dnsmasq.view() ?? off;
  }

  return {
    use,
    ensure,
    view,
    async close() {
      closed = true;
      await lane;
      await running?.dnsmasq.close();
      await tftp.close();
    },
  };
}

/** Where the daemon itself has the port of TFTP, dnsmasq is asked by DNS, where it answers that. */
function probeFor(site: Site | null): Probe | null {
  if (!site || !needsOwnTftp(site)) return 'tftp';
  return site.services.dnsmasq.dns ? 'dns' : null;
}

function sameWay(a: DnsmasqService, b: DnsmasqService): boolean {
  const way = ({ mode, directory, reload, interfaces }: DnsmasqService) =>
    JSON.stringify([mode, directory, reload, interfaces]);
  return way(a) === way(b);
}
