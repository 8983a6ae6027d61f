/** The site's own registry, for verbs that speak to it without the daemon. */

import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRegistries } from '../daemon/images/registries.ts';
import { loadSite } from '../daemon/load-site.ts';
import { createSecrets } from '../daemon/secrets.ts';
import { createDocumentCache } from '../desired/document-cache.ts';
import type { Site } from '../model/desired.ts';
import type { Registry } from '../registry/client.ts';
import { NO_NOTES } from '../registry/upload-notes.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { locate, openLocalSource } from './repository.ts';

export interface OwnRegistryOptions {
  repo?: string;
  ref: string;
  secrets: string;
}

/** Reads the site at a commit. Fails with CliError where it has mistakes, or no registry of its own. */
export async function openOwnRegistry(
  context: Context,
  { repo, ref, secrets }: OwnRegistryOptions,
): Promise<{ site: Site; registry: Registry; close(): Promise<void> }> {
  const source = await openLocalSource(context, await locate(context, repo));
  const loaded = await source
    .resolve(ref)
    .then((id) => loadSite(source, createDocumentCache(), id))
    .finally(() => source.close());
  const { site } = loaded;
  if (!site) throw new CliError(EXIT.refused, `commit ${ref} has mistakes`, 'see: barewright validate');
  const { env, signal } = context;
  const registries = createRegistries({
    secrets: createSecrets(resolve(context.cwd, secrets), env),
    notes: NO_NOTES,
    overrides: { signal },
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
