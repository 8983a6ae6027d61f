import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RegistryAccess } from '../../src/registry/transport.ts';

export interface AProxy {
  /** The registry behind it, as seen through it. */
  access: RegistryAccess;
  /** `GET /v2/…`, with ` bytes=…` where a range was asked for. */
  seen: string[];
  /** Bytes of bodies that were passed to clients. */
  passed(): number;
}

export interface Bend {
  /** Answers by itself, and passes nothing on. */
  answer?(request: IncomingMessage, response: ServerResponse): boolean;
  /** What a client gets of a chunk of an answer's body, at byte `at` of it; null breaks the connection. */
  pass?(chunk: Buffer, at: number, request: IncomingMessage): Buffer | null | Promise<Buffer | null>;
}

/** Stands before a registry, without TLS, and does harm. */
export async function aProxy(behind: RegistryAccess, { answer, pass }: Bend): Promise<AProxy> {
  const target = new URL(behind.endpoint);
  const seen: string[] = [];
  let passed = 0;
  const open = target.protocol === 'https:' ? httpsRequest : httpRequest;

  const server = createServer((request, response) => {
    seen.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    if (answer?.(request, response)) return;
    const { method = 'GET', url: path = '/', headers } = request;
    const { host: _host, ...rest } = headers;
    const { hostname, port } = target;
    const onward = open({ hostname, port, method, path, headers: rest, ca: behind.ca }, (back) => {
      const location = back.headers.location?.replace(target.origin, `http://${headers.host}`);
      response.writeHead(back.statusCode ?? 500, { ...back.headers, ...(location ? { location } : {}) });
      void relay(back, request, response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });

  async function relay(
    back: IncomingMessage,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let at = 0;
    try {
      for await (const chunk of back as AsyncIterable<Buffer>) {
        const given = pass ? await pass(chunk, at, request) : chunk;
        at += chunk.length;
        if (given === null) return void response.destroy();
        passed += given.length;
        if (!response.write(given)) await once(response, 'drain');
      }
      response.end();
    } catch {
      response.destroy();
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { ca: _ca, ...access } = behind;
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { access: { ...access, endpoint }, seen, passed: () => passed };
}
