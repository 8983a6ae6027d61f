import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  seen: Received[];
  /** What it answers from now on; `hang`: nothing; `echo`: an error that repeats all it was told in confidence. */
  answer: { status: number; body?: string; headers?: Record<string, string> } | 'hang' | 'echo';
  close(): Promise<void>;
}

/** An HTTP server on loopback that takes down what it is told. */
export async function aReceiver(): Promise<Receiver> {
  const seen: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      seen.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
      const { answer } = receiver;
      if (answer === 'hang') return;
      if (answer === 'echo') {
        const { authorization = '' } = headers;
        const decoded = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
        response.writeHead(500);
        return void response.end(`${path} ${decodeURIComponent(path)} ${authorization} ${decoded}`);
      }
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(answer.body ?? '');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: { status: 200, body: 'ok' },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
