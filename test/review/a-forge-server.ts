/** A forge on loopback that keeps what it is told: pull requests, comments, statuses, in the shapes of one forge's API. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Pull {
  number: number;
  title: string;
  author: string;
  head: string;
  branch: string;
  base: string;
  /** Id of the head's repository; null where that was deleted. The base's is 1. */
  from: number | null;
  draft: boolean;
}

export interface StoredComment {
  id: number;
  on: number;
  author: string;
  body: string;
}

export interface Asked {
  method: string;
  /** Below the API's base, without the query. */
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  login: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface Store {
  pulls: Pull[];
  comments: StoredComment[];
  statuses: Record<string, unknown>[];
  /** Token → login. */
  accounts: Map<string, string>;
  nextId(): number;
}

/** One forge's API. */
export interface Dialect {
  /** Path of the API below the server's address. */
  api: string;
  /** The token of a request, or null. */
  token(headers: IncomingMessage['headers']): string | null;
  reply(asked: Asked, store: Store, url: string): Reply;
}

/** `reset`: the connection breaks. `lost`: it is carried out, and then the connection breaks. `silent`: no answer at all. */
export type Fault = 'reset' | 'lost' | 'silent' | 'endless' | Reply | (() => void);

export interface ForgeServer {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  store: Store;
  /** What was asked, with the token that came with it. */
  seen: (Omit<Asked, 'login'> & { token: string | null })[];
  /** What happens to the next requests, in this order; a function is called before the request is answered as usual. */
  faults: Fault[];
  close(): Promise<void>;
}

export async function startForgeServer(
  dialect: Dialect,
  tls?: { cert: string; key: string },
): Promise<ForgeServer> {
  let id = 200;
  const store: Store = {
    ...{ pulls: [], comments: [], statuses: [], accounts: new Map() },
    nextId() {
      id += 1;
      return id;
    },
  };
  const seen: ForgeServer['seen'] = [];
  const faults: Fault[] = [];

  const listener: RequestListener = async (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', url);
    const body = JSON.parse((await textOf(request)) || '{}');
    const token = dialect.token(request.headers);
    const { method = '' } = request;
    const path = pathname.startsWith(dialect.api) ? pathname.slice(dialect.api.length) : `?${pathname}`;
    seen.push({ method, path, query, body, token });
    const fault = faults.shift();
    if (fault === 'silent') return;
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === 'endless') return pour(response);
    if (typeof fault === 'function') fault();
    const login = store.accounts.get(token ?? '');
    const reply =
      fault && typeof fault === 'object'
        ? fault
        : login === undefined
          ? { status: 401, body: { message: 'Bad credentials' } }
          : dialect.reply({ method, path, query, body, login }, store, url);
    if (fault === 'lost') return void request.socket.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  };

  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, store, seen, faults },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function pour(response: ServerResponse): void {
  const more = Buffer.alloc(1024 * 1024, ' ');
  const write = () => {
    while (!response.destroyed && response.write(more));
  };
  response.on('drain', write);
  write();
}

/** A page of a list; `most` is the largest that the forge gives. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams, field: string, most: number) {
  const size = Math.min(Number(query.get(field) ?? 30), most);
  const page = Number(query.get('page') ?? 1);
  const next = page * size < all.length ? page + 1 : null;
  return { entries: all.slice((page - 1) * size, page * size), next, last: Math.ceil(all.length / size) };
}

/** RFC 8288, with addresses that only the forge itself can reach. */
export function linkOf(next: number | null, last: number): Record<string, string> {
  const to = (page: number, rel: string) => `<https://forge.internal/list?page=${page}&x=1>; rel="${rel}"`;
  return next === null ? {} : { link: [to(next, 'next'), to(last, 'last')].join(', ') };
}

export const NOT_FOUND: Reply = { status: 404, body: { message: 'Not Found' } };
