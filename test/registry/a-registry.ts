import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createRegistry, type Registry } from '../../src/registry/client.ts';
import type { RegistryAccess } from '../../src/registry/transport.ts';
import type { UploadNotes } from '../../src/registry/upload-notes.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate, type Certificate } from './a-certificate.ts';

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
  const data = storage ?? join(folder, 'data');
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
  const htpasswd = `auth: { htpasswd: { realm: karoo, path: ${join(folder, 'htpasswd')} } }`;
  const config = `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${data} }
  delete: { enabled: true }
  maintenance: { readonly: { enabled: ${readOnly} } }
http:
  addr: ${host}
${certificate ? `  tls: { certificate: ${certificate.certFile}, key: ${certificate.keyFile} }` : ''}
${authSection ?? (auth === 'htpasswd' ? htpasswd : '')}
`;
  writeFileSync(join(folder, 'config.yml'), config);
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
    await accepts(port);
  }

  async function stop(): Promise<void> {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  onTestFinished(stop);
  await start();
  const withLogin = auth === 'htpasswd' || authSection !== undefined;
  const access: RegistryAccess = {
    endpoint: `${tls ? 'https' : 'http'}://${host}`,
    ...(certificate ? { ca: certificate.pem } : {}),
    ...(withLogin ? { login: LOGIN } : {}),
    patience: IMPATIENT,
  };
  return {
    ...{ host, access, storage: data, certDir: tls ? certDir : null, start, stop },
    client(notes, overrides = {}) {
      const registry = createRegistry({ ...access, ...overrides }, notes);
      onTestFinished(() => registry.close());
      return registry;
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function accepts(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await sleep(20);
  }
  throw new Error(`nothing listens on ${port}`);
}
