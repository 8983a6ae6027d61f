import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  method: string;
  path: string;
  address: string;
  body: unknown;
}

export interface BootHttpServer {
  url: string;
  seen: Seen[];
  /** Resolves with the first request, past or to come, that fits. */
  request(fits: (seen: Seen) => boolean): Promise<Seen>;
  close(): Promise<void>;
}

/** A boot server on a free loopback port; `answer` gives text, or a status without one. */
export async function startBootServer(
  answer: (seen: Seen, url: string) => string | number,
): Promise<BootHttpServer> {
  const seen: Seen[] = [];
  const waiting = new Set<(request: Seen) => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url: path = '', socket } = request;
    const one = {
      method,
      path,
      address: socket.remoteAddress ?? '',
      body: text === '' ? null : JSON.parse(text),
    };
    seen.push(one);
    const found = answer(one, url);
    response.statusCode = typeof found === 'number' ? found : 200;
    response.end(typeof found === 'number' ? '' : found);
    for (const tell of waiting) tell(one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    request(fits) {
      const past = seen.find(fits);
      if (past) return Promise.resolve(past);
      return new Promise((resolve) => {
        function tell(request: Seen): void {
          if (!fits(request)) return;
          waiting.delete(tell);
          resolve(request);
        }
        waiting.add(tell);
      });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
