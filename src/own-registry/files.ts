/** The files that the registry is started with. */

import { join } from 'node:path';
import type { ServerIdentity } from './authority.ts';
import { type RegistryConfiguration, registryConfiguration } from './configuration.ts';
import { OwnRegistryError } from './error.ts';
import { readIfThere, writePrivate } from './private-file.ts';
import { createSigner } from './signer.ts';

export interface Way {
  /** For certificates and configuration: mode 0700. */
  directory: string;
  endpoint: string;
  /** Of the registry; the token server has the same host. */
  listen: { host: string; port: number };
  tokenPort: number;
  storage: RegistryConfiguration['storage'];
  /** See RegistryConfiguration. */
  secret: string;
}

export const TOKEN_ISSUER = 'barewright';

export function configurationFile(directory: string): string {
  return join(directory, 'config.yml');
}

/** PEM of the certificate by which the registry knows tokens. */
export function tokensFile(directory: string): string {
  return join(directory, 'tokens.crt');
}

export function configurationText(
  { directory, endpoint, listen, tokenPort, storage, secret }: Way,
  { certificateFile, keyFile }: Pick<ServerIdentity, 'certificateFile' | 'keyFile'>,
  readOnly: boolean,
): string {
  const realm = new URL('/token', endpoint);
  realm.port = `${tokenPort}`;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return registryConfiguration({
    ...{ endpoint, listen: `${host}:${listen.port}`, storage, certificateFile, keyFile, secret, readOnly },
    tokens: {
      ...{ realm: realm.href, service: new URL(endpoint).host, issuer: TOKEN_ISSUER },
      certificateFile: tokensFile(directory),
    },
  });
}

/** Rejects with an OwnRegistryError `write`. */
export async function writeConfiguration(
  way: Way,
  identity: ServerIdentity,
  readOnly: boolean,
): Promise<void> {
  const text = configurationText(way, identity, readOnly);
  await writePrivate(configurationFile(way.directory), text).catch((error: Error) => {
    const why = `its configuration cannot be written: ${error.message}`;
    throw new OwnRegistryError('write', why, { cause: error });
  });
}

/** For a registry that another starts: it comes up, and takes tokens as soon as somebody hands them out. */
export async function writeAhead(way: Way, identity: ServerIdentity, clock: () => number): Promise<void> {
  const file = tokensFile(way.directory);
  if ((await readIfThere(file)) === null) {
    const { certificate } = createSigner(TOKEN_ISSUER, new URL(way.endpoint).host, clock);
    await writePrivate(file, certificate);
  }
  await writeConfiguration(way, identity, false);
}
