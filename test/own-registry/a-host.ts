import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openAuthority } from '../../src/own-registry/authority.ts';
import type { OwnRegistryError } from '../../src/own-registry/error.ts';
import { type Host, type HostOptions, startHost } from '../../src/own-registry/host.ts';
import { registryProgram } from '../../src/own-registry/program.ts';
import type { Account } from '../../src/own-registry/token-desk.ts';
import { createRegistry, type Registry } from '../../src/registry/client.ts';
import type { RegistryAccess } from '../../src/registry/transport.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { untilTrue } from '../promises/scene.ts';

export const WRITER = { username: 'barewright.daemon', password: 'swordfish' };
export const NODE = { username: 'sip-n01', password: 'trout' };

/** A registry that this process runs, on two free ports of loopback; ended with the test. */
export async function aHost(change: Partial<HostOptions> = {}) {
  const directory = change.directory ?? join(aTempDir(), 'registry');
  const port = await aFreePort();
  const accounts = new Map<string, Account>([
    [WRITER.username, { role: 'writer', password: WRITER.password }],
    [NODE.username, { role: 'reader', password: NODE.password }],
  ]);
  const storage = join(directory, 'storage');
  mkdirSync(storage, { recursive: true });
  const problems: OwnRegistryError[] = [];
  const refused: string[] = [];
  let ups = 0;
  const options: HostOptions = {
    ...{ directory, endpoint: `https://127.0.0.1:${port}`, listen: { host: '127.0.0.1', port } },
    ...{ tokenPort: await aFreePort(), storage: { directory: storage }, secret: 'f'.repeat(64) },
    identity: () => openAuthority(directory, 'karoo', ['127.0.0.1'], Date.now()),
    program: registryProgram(),
    account: (name) => accounts.get(name) ?? null,
    onRefused: (name, address) => void refused.push(`${name} ${address}`),
    onUp() {
      ups += 1;
    },
    onProblem: (problem) => void problems.push(problem),
    clock: Date.now,
    ...change,
  };
  let host: Host = await start();
  onTestFinished(() => host.close());

  async function start(): Promise<Host> {
    const before = ups;
    const started = await startHost(options);
    await untilTrue(
      () => ups > before || problems.length > 0,
      () => 'it neither comes up nor says why',
    );
    return started;
  }

  return {
    ...{ directory, storage, accounts, problems, refused, options },
    place: `127.0.0.1:${port}`,
    tokens: `https://127.0.0.1:${options.tokenPort}/token`,
    certDir: directory,
    host: () => host,
    ups: () => ups,
    async restart() {
      await host.close();
      host = await start();
    },
    client(login: typeof WRITER | null = WRITER, more: Partial<RegistryAccess> = {}): Registry {
      const access = { endpoint: options.endpoint, ca: host.ca, ...(login ? { login } : {}), ...more };
      const registry = createRegistry(access);
      onTestFinished(() => registry.close());
      return registry;
    },
  };
}
