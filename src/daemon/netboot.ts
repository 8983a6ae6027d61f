/** The netboot store, wired: keeps what the profiles in force declare, and wakes the nodes that wait for it. */

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Profile, Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { ArtifactSpec } from '../model/site.ts';
import { createKeeper, placeOf } from '../netboot/keeper.ts';
import { openNetbootStore, type StoredArtifact } from '../netboot/store.ts';

export interface Netboot {
  /** Begins to fetch what a site that came into force declares. */
  keep(site: Site): void;
  /** Why what a profile's installer boots from and writes is not there; null when all is there. */
  awaits(profile: Profile): string | null;
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
  /** Another file is there. */
  onStored(): void;
}

export async function openNetboot({ dataDir, journal, log, wake, onStored }: Ports): Promise<Netboot> {
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

  return {
    keep(site) {
      keeper.keep([...site.profiles.values()].flatMap((profile) => [...partsOf(profile).values()]));
    },
    awaits(profile) {
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
