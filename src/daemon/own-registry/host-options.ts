/** From what the site declares to how its registry is run. */

import { isIP } from 'node:net';
import { join } from 'node:path';
import type { S3Spec } from '../../model/registry-spec.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import { keepGiven, openAuthority } from '../../own-registry/authority.ts';
import type { RegistryConfiguration, S3Storage } from '../../own-registry/configuration.ts';
import { OwnRegistryError } from '../../own-registry/error.ts';
import type { HostOptions } from '../../own-registry/host.ts';
import {
  type Program,
  registryContainer,
  registryProgram,
  registryService,
} from '../../own-registry/program.ts';
import type { Secrets } from '../secrets.ts';
import type { Served } from './accounts.ts';

export type Declared = Pick<
  HostOptions,
  'directory' | 'endpoint' | 'listen' | 'tokenPort' | 'storage' | 'identity' | 'program'
>;

interface Ports {
  /** Of certificates and configuration. */
  directory: string;
  site: string;
  secrets: Pick<Secrets, 'read'>;
  /** Instead of `docker-registry`. */
  command?: readonly string[];
  clock(): number;
}

/** Reads the secrets that it needs. Rejects with an OwnRegistryError `secret`. `mark` differs where the registry is to be run anew. */
export async function hostOptions(
  { spec }: Served,
  ports: Ports,
): Promise<{ options: Declared; mark: string }> {
  const { directory, clock } = ports;
  const { serve, endpoint, ca: caRef } = spec;
  const { hostname, port } = new URL(endpoint);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const read = (ref: SecretRef) => readSecret(ports.secrets, ref);
  const storage = await storageOf(spec.serve.storage, join(directory, 'storage'), read);
  const { certificate, key } = serve;
  const given = certificate &&
    key &&
    caRef && {
      ca: await read(caRef),
      pair: { certificate: await read(certificate), key: await read(key) },
    };
  const options: Declared = {
    ...{ directory, endpoint, storage, program: programOf(serve, directory, storage, ports.command) },
    listen: listenOf(serve.listen, host, Number(port || 443)),
    tokenPort: serve.tokenPort ?? Number(port || 443) + 1,
    identity: () =>
      given
        ? keepGiven(directory, given.ca, given.pair)
        : openAuthority(directory, ports.site, [host], clock()),
  };
  const { rotation: _rotation, revoked: _revoked, ...way } = serve;
  return { options, mark: JSON.stringify([endpoint, way, storage, given]) };
}

async function readSecret(secrets: Pick<Secrets, 'read'>, ref: SecretRef): Promise<string> {
  try {
    return await secrets.read(ref);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OwnRegistryError('secret', `a secret of the registry cannot be read: ${why}`, { cause: error });
  }
}

async function storageOf(
  storage: Served['spec']['serve']['storage'],
  otherwise: string,
  read: (ref: SecretRef) => Promise<string>,
): Promise<RegistryConfiguration['storage']> {
  if (!storage) return { directory: otherwise };
  return 'directory' in storage ? storage : { s3: await bucketOf(storage.s3, read) };
}

async function bucketOf(
  { bucket, region = 'default', endpoint, prefix = '', accessKey, secretKey }: S3Spec,
  read: (ref: SecretRef) => Promise<string>,
): Promise<S3Storage> {
  const keys = { accessKey: await read(accessKey), secretKey: await read(secretKey) };
  return { bucket, region, endpoint: endpoint ?? null, prefix, ...keys };
}

function programOf(
  { container, reload }: Served['spec']['serve'],
  directory: string,
  storage: RegistryConfiguration['storage'],
  command?: readonly string[],
): Program {
  const directories = 'directory' in storage ? [...new Set([directory, storage.directory])] : [directory];
  const program = container ? registryContainer({ image: container, directories }) : registryProgram(command);
  return reload ? registryService(reload, program) : program;
}

function listenOf(written: string | undefined, host: string, port: number): HostOptions['listen'] {
  const [, address, own] = /^\[?([^\]]+)\]?:(\d+)$/.exec(written ?? '') ?? [];
  if (address !== undefined) return { host: address, port: Number(own) };
  return { host: isIP(host) ? host : '0.0.0.0', port };
}
