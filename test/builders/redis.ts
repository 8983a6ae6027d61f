import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { parseRedisAddress } from '../../src/journal/redis/address.ts';
import type { RedisAccess } from '../../src/journal/redis/connection.ts';
import { aFreePort } from './free-port.ts';

/** What the journal asks of a server. */
export const KEEPS_ALL = ['--appendonly', 'yes', '--appendfsync', 'always'];

export interface RedisServer {
  readonly port: number;
  url(db?: number): string;
  /** A client of the test's own, ended with the server. */
  client(db?: number, password?: string): Redis;
  /** kill -9; what it kept lies in its directory. */
  kill(): Promise<void>;
  start(...settings: string[]): Promise<void>;
  close(): Promise<void>;
}

/** A real redis-server on a free port of loopback, with its files in `dir`. The caller closes it. */
export async function aRedis(dir: string, ...settings: string[]): Promise<RedisServer> {
  const port = await aFreePort();
  const clients: Redis[] = [];
  let child: ChildProcess | undefined;

  const server: RedisServer = {
    port,
    url: (db = 0) => `redis://127.0.0.1:${port}/${db}`,
    client(db = 0, password) {
      const client = new Redis(port, '127.0.0.1', {
        db,
        protocol: 2,
        ...(password === undefined ? {} : { password }),
      });
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    async start(...more) {
      child = await spawnRedis(dir, port, more.length > 0 ? more : settings);
    },
    async close() {
      for (const client of clients) client.disconnect();
      await server.kill();
    },
  };
  await server.start();
  return server;
}

/** What a journal is given for it; . */
export function accessOf(url: string): RedisAccess {
  const address = parseRedisAddress(url);
  if (typeof address === 'string') throw new Error(`${url} ${address}`);
  return { address, password: null, ca: null, patience: 20_000 };
}

async function spawnRedis(dir: string, port: number, settings: readonly string[]): Promise<ChildProcess> {
  const own = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--dir',
    dir,
    '--save',
    '',
    '--databases',
    '1000',
  ];
  const child = spawn('redis-server', [...own, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes('Ready to accept connections')) break;
  }
  if (!said.at(-1)?.includes('Ready to accept'))
    throw new Error(`redis-server did not start:\n${said.join('\n')}`);
  child.stdout.resume();
  return child;
}
