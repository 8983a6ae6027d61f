import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRegistry, type Registry } from '../../src/registry/client.ts';
import type { RegistryAccess } from '../../src/registry/transport.ts';
import type { UploadNotes } from '../../src/registry/upload-notes.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate, type Certificate } from './a-certificate.ts';
import { dockerRegistry } from './docker-registry.ts';

/** The password of `karoo` in every registry with a login; its bcrypt form, of the least cost that there is. */
export const LOGIN = { username: 'karoo', password: 'swordfish' };
const HTPASSWD = 'karoo:$2b$05$abcdefghijklmnopqrstuupWDwJQeCHYIBQy8WvkVB6ImhZ476YYy\n';

/** No waiting between tries. */
export const IMPATIENT = { attempts: 3, firstPause: 1, longestPause: 2_000 };

export interface ARegistry {
  /** Host and port. */
  host: string;
  access: RegistryAccess;
  /** Where it keeps its blobs. */
  storage: string;
  /** The certificate's folder, as skopeo wants it; null without TLS. */
  certDir: string | null;
  client(notes?: UploadNotes, overrides?: Partial<RegistryAccess>): Registry;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface ARegistryOptions {
  tls?: boolean;
  auth?: 'none' | 'htpasswd';
  /** Lines for its `auth` section, instead of htpasswd's. */
  authSection?: string;
  certificate?: Certificate;
  storage?: string;
  readOnly?: boolean;
}

/** Debian's docker-registry on a free port of loopback, ended with the test. */
export async function aRegistry({
  tls = true,
  auth = 'htpasswd',
  authSection,
  certificate: given,
  storage,
  readOnly = false,
}: ARegistryOptions = {}): Promise<ARegistry> {
  const folder = aTempDir();
  const certDir = join(folder, 'certs');
  mkdirSync(certDir);
  const certificate = tls ? (given ?? aCertificate(certDir, 'ca')) : null;
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
  const htpasswd = `auth: { htpasswd: { realm: karoo, path: ${join(folder, 'htpasswd')} } }`;
  const section = authSection ?? (auth === 'htpasswd' ? htpasswd : '');
  const server = await dockerRegistry({
    ...{ folder, certificate, authSection: section, readOnly },
    ...(storage === undefined ? {} : { storage }),
  });
  const { host, start, stop } = server;
  onTestFinished(stop);
  await start();
  const access: RegistryAccess = {
    endpoint: `${tls ? 'https' : 'http'}://${host}`,
    ...(certificate ? { ca: certificate.pem } : {}),
    ...(section === '' ? {} : { login: LOGIN }),
    patience: IMPATIENT,
  };
  return {
    ...{ host, access, storage: server.storage, certDir: tls ? certDir : null, start, stop },
    client(notes, overrides = {}) {
      const registry = createRegistry({ ...access, ...overrides }, notes);
      onTestFinished(() => registry.close());
      return registry;
    },
  };
}
