/** The netboot store, wired: keeps what the profiles in force declare, and wakes the nodes that wait for it. */

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Profile, Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { ArtifactSpec } from '../model/site.ts';
import { createKeeper, placeOf } from '../netboot/keeper.ts';
import { type ReleaseOwn, releaseOwn } from '../netboot/release-own.ts';
import { openNetbootStore, type StoredArtifact } from '../netboot/store.ts';

export interface Netboot {
  /** Begins to fetch what a site that came into force declares. */
  keep(site: Site): void;
  /** Why what a profile's installer boots from and writes is not there; null when all is there. */
  awaits(profile: Profile): string | null;
  /** With the release's own kernel and initrd, where the profile declares none. */
  complete(profile: Profile): Profile;
  /** The profile with the image that machines are sent for the one it declares: a qcow2 was converted. */
  asServed(profile: Profile): Profile;
  /** All that the site in force declares and that is there. */
  held(): StoredArtifact[];
  /** Only what the site in force declares. */
  find(sha256: string): StoredArtifact | null;
  close(): Promise<void>;
}

interface Ports {
  dataDir: string;
  journal: Journal;
  log: Logger;
  wake(node: string): void;
  /** Machines that only play their part boot nothing: the release's own kernel need not be there. */
  simulated: boolean;
  /** Another file is there. */
  onStored(): void;
}

const PLAYED = { file: '/nothing', sha256: '0'.repeat(64) };

export async function openNetboot(ports: Ports): Promise<Netboot> {
  const { dataDir, journal, log, wake, simulated, onStored } = ports;
  const store = await openNetbootStore({ directory: join(dataDir, 'netboot') });
  const keeper = createKeeper({
    store,
    onFetched({ sha256, size }, source) {
      log.info({ reason: 'NetbootFetched', sha256, size }, `fetched ${placeOf(source)} (${size} bytes)`);
      onStored();
      wakeWaiting();
    },
    onFailed(source, error, pause) {
      const message = `${placeOf(source)} cannot be fetched: ${error.message}; tried again in ${pause / 1000} s`;
      log.warn({ reason: 'NetbootFailed', sha256: source.sha256, code: error.code }, message);
      wakeWaiting();
    },
  });

  function wakeWaiting(): void {
    for (const { name, want } of journal.states().values()) if (want) wake(name);
  }

  /** By release and architecture. */
  const own = new Map<string, ReleaseOwn | null>();
  let site: Site | null = null;

  function keepAll(): void {
    const profiles = [...(site?.profiles.values() ?? [])].map((profile) =>
      simulated ? profile : complete(profile),
    );
    keeper.keep(profiles.flatMap((profile) => [...partsOf(profile).values()]));
  }

  /** A package that was upgraded is found with the next commit, or the next start. */
  async function lookForOwn(): Promise<void> {
    const lacking = [...(site?.profiles.values() ?? [])].filter(needsOwn);
    if (lacking.length === 0) return;
    // Profiles of one release share its files: some 50 MB, read and hashed once.
    const systems = new Map(lacking.map(({ os }) => [keyOf(os), os]));
    for (const [key, os] of systems) own.set(key, await releaseOwn(os));
    keepAll();
    wakeWaiting();
  }

  function complete(profile: Profile): Profile {
    if (!needsOwn(profile)) return profile;
    if (simulated) return { ...profile, netboot: { kernel: PLAYED, initrd: PLAYED } };
    const netboot = own.get(keyOf(profile.os))?.netboot;
    return netboot ? { ...profile, netboot } : profile;
  }

  function lacksOwn(profile: Profile): string | null {
    if (simulated || !needsOwn(profile)) return null;
    const found = own.get(keyOf(profile.os));
    if (found?.netboot) return null;
    const what = `profile ${profile.name} declares no kernel and initrd`;
    if (found === undefined) return `${what}; looking for those of its release`;
    if (found === null) return `${what}, and of ${profile.os.release} none are known; declare spec.netboot`;
    return `${what}, and ${found.package} is not installed on the daemon's machine`;
  }

  return {
    keep(wanted) {
      site = wanted;
      keepAll();
      if (!simulated) void lookForOwn();
    },
    complete,
    awaits(declared) {
      const lacking = lacksOwn(declared);
      if (lacking !== null) return lacking;
      if (simulated && needsOwn(declared)) return null;
      const profile = complete(declared);
      for (const [part, artifact] of partsOf(profile)) {
        const why = keeper.lacks(artifact);
        if (why !== null) return `the ${part} of profile ${profile.name} ${why}`;
      }
      return null;
    },
    asServed(profile) {
      const { image } = profile;
      const served = image?.format === 'qcow2' ? keeper.served(image) : null;
      if (!image || !served) return profile;
      return { ...profile, image: { ...image, sha256: served.sha256, format: 'raw.zst' } };
    },
    held: keeper.held,
    find: keeper.find,
    close: keeper.close,
  };
}

function partsOf({ netboot, image }: Profile): Map<string, ArtifactSpec> {
  const parts = new Map<string, ArtifactSpec>();
  if (netboot) parts.set('kernel', netboot.kernel).set('initrd', netboot.initrd);
  if (image) parts.set('image', image);
  return parts;
}

function needsOwn({ installer = 'debian-installer', netboot }: Profile): boolean {
  return installer === 'debian-installer' && netboot === undefined;
}

function keyOf({ release, arch = 'amd64' }: Profile['os']): string {
  return `${release}/${arch}`;
}
