import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DockerRegistryOptions {
  /** For its configuration and, unless `storage` says else, its data. */
  folder: string;
  storage?: string;
  certificate?: { certFile: string; keyFile: string } | null;
  /** Lines of its `auth` section. */
  authSection?: string;
  readOnly?: boolean;
}

/** Debian's docker-registry on a free port of loopback. It is ended by whoever started it. */
export async function dockerRegistry({
  folder,
  storage = join(folder, 'data'),
  certificate = null,
  authSection = '',
  readOnly = false,
}: DockerRegistryOptions) {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const file = join(folder, 'config.yml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${storage} }
  delete: { enabled: true }
  maintenance: { readonly: { enabled: ${readOnly} } }
http:
  addr: ${host}
${certificate ? `  tls: { certificate: ${certificate.certFile}, key: ${certificate.keyFile} }` : ''}
${authSection}
`,
  );
  let child: ChildProcess | null = null;
  return {
    host,
    storage,
    async start(): Promise<void> {
      child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
      await accepts(port);
    },
    async stop(): Promise<void> {
      const running = child;
      child = null;
      if (!running || running.exitCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
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
