/** The site's own registry without the daemon: brought up by a person or a unit of its own, or only written down. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openJournalForReading } from '../../journal/reader.ts';
import type { Site } from '../../model/desired.ts';
import type { NodeState } from '../../model/node-state.ts';
import { createTokens } from '../../observe/tokens.ts';
import { serverFiles } from '../../own-registry/authority.ts';
import { configurationFile, configurationText, writeAhead } from '../../own-registry/files.ts';
import { journalFiles, prepareDataDir, tokenKey } from '../data-dir.ts';
import { createSecrets } from '../secrets.ts';
import type { DaemonSettings } from '../settings.ts';
import { sopsFilesAt } from '../sops-files.ts';
import { servedRegistry } from './accounts.ts';
import { hostOptions } from './host-options.ts';
import { createOwnRegistry, readServedAccess, registryDirectory, type ServedAccess } from './own-registry.ts';

interface Ports {
  settings: Pick<DaemonSettings, 'dataDir' | 'secretsDir' | 'env' | 'ownRegistry'>;
  site: Site;
  /** What happens, a sentence each. */
  say(sentence: string): void;
  clock(): number;
}

/** How long what the daemon's journal says of the nodes is taken for new, ms. */
const FRESH = 2_000;

/** Runs it until it is closed. Nodes log in as the daemon's store knows them; without a store none can. */
export async function bringUpByHand({
  settings,
  site,
  say,
  clock,
}: Ports): Promise<{ close(): Promise<void> }> {
  const { dataDir } = settings;
  await prepareDataDir(dataDir);
  const { own, copy } = journalFiles(dataDir);
  let known: { at: number; states: ReadonlyMap<string, NodeState> } | null = null;

  function state(name: string): NodeState | undefined {
    if (known && clock() < known.at + FRESH) return known.states.get(name);
    const file = [copy, own].find((candidate) => existsSync(candidate));
    if (file === undefined) return undefined;
    const reader = openJournalForReading(file);
    try {
      known = { at: clock(), states: reader.states() };
    } finally {
      reader.close();
    }
    return known.states.get(name);
  }

  return createOwnRegistry({
    settings,
    sopsFiles: sopsFilesAt(site, settings.env),
    journal: {
      state,
      async append(events) {
        for (const { message } of events) say(message);
        return [];
      },
    },
    tokens: createTokens(await tokenKey(dataDir)),
    site: () => site,
    onUp() {},
    onError: (error) => say(`this should not have happened: ${String(error)}`),
    clock,
  });
}

/** Makes what is not there yet, and starts nothing. Resolves with the path of the configuration. Rejects with OwnRegistryError. */
export async function writeByHand({ settings, site, clock }: Omit<Ports, 'say'>): Promise<string> {
  await prepareDataDir(settings.dataDir);
  const options = await optionsOf({ settings, site, clock });
  const secret = createTokens(await tokenKey(settings.dataDir)).registrySecret('uploads');
  await writeAhead({ ...options, secret }, await options.identity(), clock);
  return configurationFile(options.directory);
}

/** The configuration as it would be written, without its secrets. Nothing is made. Rejects with OwnRegistryError. */
export async function printByHand(ports: Omit<Ports, 'say'>): Promise<string> {
  const options = await optionsOf(ports);
  const { directory, storage } = options;
  const keys = { accessKey: SENSITIVE, secretKey: SENSITIVE };
  const shown = 's3' in storage ? { s3: { ...storage.s3, ...keys } } : storage;
  const files = serverFiles(directory);
  return configurationText({ ...options, storage: shown, secret: SENSITIVE }, files, false);
}

const SENSITIVE = '(sensitive value)';

async function optionsOf({ settings, site, clock }: Omit<Ports, 'say'>) {
  const served = servedRegistry(site);
  if (!served) throw new Error('the site has no registry that is run');
  const directory = registryDirectory(settings.dataDir);
  const secrets = createSecrets(settings.secretsDir, settings.env, sopsFilesAt(site, settings.env));
  const { options } = await hostOptions(served, { directory, site: site.name, secrets, clock });
  return options;
}

/** How programs beside the daemon speak to the registry; null where it has not been run yet. */
export async function accessByHand(dataDir: string): Promise<ServedAccess | null> {
  if (!existsSync(join(dataDir, 'token.key'))) return null;
  return readServedAccess(dataDir, createTokens(await tokenKey(dataDir)));
}
