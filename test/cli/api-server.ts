/** A daemon's control API with canned answers, and its `control.json`. */

import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { ApiError } from '../../src/model/api.ts';
import type { Event } from '../../src/model/event.ts';
import { aTempDir } from '../builders/temp-dir.ts';

export interface Call {
  method: string;
  /** Path and query. */
  url: string;
  actor: string | undefined;
  body: unknown;
}

export interface ApiServer {
  dataDir: string;
  calls: Call[];
  /** Everything that was asked to change something. */
  changes(): Call[];
  /** Sends an event to those who follow the stream. */
  emit(event: Event): void;
  /** Resolves when someone follows the stream. */
  followed: Promise<void>;
  close(): Promise<void>;
}

/** By `GET /nodes`, without the query; a function is asked each time, and may refuse with an ApiError. */
export type Answers = Record<string, unknown | ((call: Call) => unknown)>;

const TOKEN = 'test-token';
const STATUS = { 'not-found': 404, conflict: 409, outdated: 409, 'not-ready': 503 } as Record<string, number>;

export async function anApi(answers: Answers): Promise<ApiServer> {
  const calls: Call[] = [];
  const streams = new Set<ServerResponse>();
  const followed = Promise.withResolvers<void>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const dataDir = aTempDir();
  const { port } = server.address() as AddressInfo;
  const control = { url: `http://127.0.0.1:${port}`, token: TOKEN, pid: 4711 };
  writeFileSync(join(dataDir, 'control.json'), JSON.stringify(control));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = (request.url ?? '').replace(/^\/api\/v1/, '');
    const body = await text(request);
    const actor = headers['x-barewright-actor'] as string | undefined;
    const call: Call = { method, url, actor, body: body === '' ? null : JSON.parse(body) };
    calls.push(call);
    if (url.startsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 2000\nid: 0\n\n: still here\n\n');
      streams.add(response);
      followed.resolve();
      return;
    }
    if (method === 'POST' && headers.authorization !== `Bearer ${TOKEN}`) {
      return send(response, refusal('unauthorized', 'the control token is missing or wrong'));
    }
    const found = answers[`${method} ${url.replace(/\?.*/, '')}`];
    const value = typeof found === 'function' ? (found as (call: Call) => unknown)(call) : found;
    send(response, value ?? refusal('not-found', `there is no ${url}`, 'see: barewright get nodes'));
  }

  async function close(): Promise<void> {
    for (const stream of streams) stream.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  onTestFinished(close);
  return {
    dataDir,
    calls,
    changes: () => calls.filter(({ method }) => method === 'POST'),
    emit(event) {
      for (const stream of streams) {
        stream.write(`id: ${event.id}\nevent: journal\ndata: ${JSON.stringify(event)}\n\n`);
      }
    },
    followed: followed.promise,
    close,
  };
}

export function refusal(code: ApiError['error']['code'], message: string, hint?: string): ApiError {
  return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}

function send(response: ServerResponse, value: unknown): void {
  const code = (value as Partial<ApiError>).error?.code;
  response.writeHead(code ? (STATUS[code] ?? 400) : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
