/** How a simulated machine speaks HTTP: a function, so that tests answer without a network. */

import { createHmac } from 'node:crypto';
import { Agent, Client, type Dispatcher } from 'undici';
import { isLoopback } from './loopback.ts';

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Signs the body: HMAC-SHA-256 in `X-Barewright-Signature`, as installed systems do. */
  key?: string | null;
  /** Loopback address to speak from; the process's own choice without it. */
  from?: string;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

/** Resolves with any answer, whatever its status; rejects when there was none. */
export type HttpPort = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpClient {
  request: HttpPort;
  close(): Promise<void>;
}

/** No boot script or answer file is near this; a larger answer is a mistake, and is refused. */
const LARGEST_ANSWER = 1 << 20;
const TIMEOUT_MS = 15_000;
/** Requests under way at once, over all machines: ten thousand that boot together take turns. */
const AT_ONCE = 256;

/**
 * The HTTP client of a whole rack. Machines with an address of their own speak from it, over a connection
 * that closes with the answer; the others share a pool.
 */
export function createHttpClient(): HttpClient {
  const options = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS };
  const shared = new Agent({ ...options, connections: AT_ONCE });
  const own = new Set<Client>();
  const queue: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  }

  async function fromOwnAddress(request: HttpRequest, localAddress: string): Promise<HttpAnswer> {
    const client = new Client(new URL(request.url).origin, { ...options, localAddress });
    own.add(client);
    try {
      return await ask(client, request);
    } finally {
      own.delete(client);
      void client.destroy();
    }
  }

  return {
    request(request) {
      const { from } = request;
      if (from !== undefined && !isLoopback(from)) {
        return Promise.reject(new Error(`${from} is not a loopback address`));
      }
      return inTurn(() => {
        request.signal?.throwIfAborted();
        return from === undefined ? ask(shared, request) : fromOwnAddress(request, from);
      });
    },
    async close() {
      await Promise.all([shared, ...own].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

async function ask(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
  const url = new URL(request.url);
  const { statusCode, body } = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    ...(request.body === undefined ? {} : jsonBody(request.body, request.key ?? null)),
    signal: request.signal ?? null,
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error(`${request.url} answers more than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') };
}

function jsonBody(value: unknown, key: string | null) {
  const body = JSON.stringify(value);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== null) {
    headers['x-barewright-signature'] = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  }
  return { body, headers };
}
