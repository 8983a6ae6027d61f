import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { onTestFinished } from 'vitest';
import { ENV } from './a-repository.ts';

export interface GitDaemon {
  url: string;
  /** Connections so far. */
  connections(): number;
  /** Ends the daemon, as a server that is down. */
  stop(): Promise<void>;
}

/** A real `git daemon` on loopback behind a relay that counts connections; it serves the repositories in `folder`. */
export async function aGitDaemon(folder: string, path: string): Promise<GitDaemon> {
  const probe = await listening(createTcpServer());
  const port = portOf(probe);
  probe.close();
  await once(probe, 'close');
  const options = [
    '--export-all',
    `--base-path=${folder}`,
    '--listen=127.0.0.1',
    `--port=${port}`,
    '--reuseaddr',
  ];
  // A group of its own: `git daemon` is a child of `git`, and both must end.
  const daemon = spawn('git', ['daemon', ...options], { env: ENV, stdio: 'ignore', detached: true });
  let count = 0;
  const relay = await listening(
    createTcpServer((client) => {
      count++;
      join(client, connect(port, '127.0.0.1'));
    }),
  );
  const stop = async () => {
    relay.close();
    await endGroup(daemon);
  };
  onTestFinished(stop);
  await accepts(port);
  return { url: `git://127.0.0.1:${portOf(relay)}/${path}`, connections: () => count, stop };
}

/** A server that accepts connections and never says a word; `reached` resolves with the first one. */
export async function aSilentServer(): Promise<{
  url: string;
  reached: Promise<void>;
  closed: Promise<void>;
}> {
  const server = createTcpServer();
  const reached = once(server, 'connection') as Promise<[Socket]>;
  await listening(server);
  onTestFinished(() => void server.close());
  const closed = reached.then(([socket]) => {
    socket.on('error', () => {});
    socket.resume();
    return once(socket, 'close');
  });
  const nothing = () => {};
  return {
    url: `git://127.0.0.1:${portOf(server)}/site`,
    reached: reached.then(nothing),
    closed: closed.then(nothing),
  };
}

/** A smart HTTP server (git-http-backend(1)) that wants the password `token`, with any name; `seen` sees each request it lets in. */
export async function anHttpServer(
  folder: string,
  token: string,
  seen: (request: IncomingMessage) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    const [, password] = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':');
    if (password !== token) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    seen(request);
    runBackend(folder, request, response);
  });
  await listening(server);
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${portOf(server)}`;
}

function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const env = {
    ...ENV,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response
      .writeHead(Number.parseInt(status, 10), Object.fromEntries(headers))
      .end(answer.subarray(end + 4));
  });
}

async function listening<S extends Server>(server: S): Promise<S> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function join(a: Socket, b: Socket): void {
  a.on('error', () => b.destroy()).pipe(b);
  b.on('error', () => a.destroy()).pipe(a);
}

async function accepts(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await gone;
}
