/** The site's own registry, for verbs that speak to it without the daemon. */

import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createRegistries } from '../daemon/images/registries.ts';
import { loadSite } from '../daemon/load-site.ts';
import { accessByHand } from '../daemon/own-registry/by-hand.ts';
import { createSecrets } from '../daemon/secrets.ts';
import { sopsFilesAt } from '../daemon/sops-files.ts';
import { createDocumentCache } from '../desired/document-cache.ts';
import type { Site } from '../model/desired.ts';
import type { Registry } from '../registry/client.ts';
import { NO_NOTES } from '../registry/upload-notes.ts';
import type { Context } from './context.ts';
import { defaultDataDir } from './control-file.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { locate, openLocalSource } from './repository.ts';

export interface SiteOptions {
  repo?: string;
  ref: string;
  secrets: string;
  data?: string;
}

export function addSiteOptions(command: Command): Command {
  return command
    .option('--repo <dir>', 'the site repository (default: the one around the working directory)')
    .option('--ref <commit>', 'the commit that declares it', 'HEAD')
    .option('--secrets <dir>', 'where files with secrets lie', 'secrets');
}

/** The site at a commit. Fails with CliError where it has mistakes. */
export async function readSite(
  context: Context,
  { repo, ref }: Pick<SiteOptions, 'repo' | 'ref'>,
): Promise<{ site: Site }> {
  const source = await openLocalSource(context, await locate(context, repo));
  const { site } = await source
    .resolve(ref)
    .then((id) => loadSite(source, createDocumentCache(), id))
    .finally(() => source.close());
  if (!site) throw new CliError(EXIT.refused, `commit ${ref} has mistakes`, 'see: barewright validate');
  return { site };
}

/** Fails with CliError where the site has mistakes, or no registry of its own. */
export async function openOwnRegistry(
  context: Context,
  options: SiteOptions,
): Promise<{ site: Site; registry: Registry; close(): Promise<void> }> {
  const { site } = await readSite(context, options);
  const { env, signal } = context;
  const dataDir = options.data === undefined ? defaultDataDir(context) : resolve(context.cwd, options.data);
  const served = await accessByHand(dataDir);
  if (!served && [...site.registries.values()].some(({ serve }) => serve)) {
    const hint = "name the daemon's with --data; or start it: barewright registry up";
    throw new CliError(EXIT.unreachable, `${dataDir} is no data directory with a registry in it`, hint);
  }
  const registries = createRegistries({
    secrets: createSecrets(resolve(context.cwd, options.secrets), env, sopsFilesAt(site, env)),
    notes: NO_NOTES,
    overrides: { signal },
    served: () => served,
    skopeo: { directory: join(tmpdir(), `barewright-skopeo-${process.pid}`), env, signal },
  });
  await registries.use(site);
  const registry = registries.own();
  if (registry) return { site, registry, close: registries.close };
  throw new CliError(
    EXIT.refused,
    'the site declares no registry of its own',
    'write it under `registries` of the Site, with `own: true`',
  );
}
