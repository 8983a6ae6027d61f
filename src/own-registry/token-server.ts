/** The token endpoint over TLS: `GET /token?service=…&scope=…` (distribution, "Token Authentication Specification"). */

import { once } from 'node:events';
import { createServer } from 'node:https';
import type { KeyPair } from './certificate.ts';
import { OwnRegistryError } from './error.ts';
import { TOKEN_LIFE } from './signer.ts';
import type { TokenAnswer, TokenRequest } from './token-desk.ts';

interface Ports {
  host: string;
  port: number;
  server: KeyPair;
  decide(request: TokenRequest): TokenAnswer;
  sign(answer: TokenAnswer & { status: 200 }): string;
  clock(): number;
}

export interface TokenServer {
  /** Uses another certificate from now on. */
  renew(server: KeyPair): void;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 512;

/** Rejects with an OwnRegistryError `listen`. */
export async function startTokenServer({
  host,
  port,
  decide,
  sign,
  clock,
  ...ports
}: Ports): Promise<TokenServer> {
  const contextOf = ({ certificate, key }: KeyPair) => ({
    cert: certificate,
    key,
    minVersion: 'TLSv1.2' as const,
  });
  const limits = { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 16_384 };
  const server = createServer({ ...contextOf(ports.server), ...limits }, (request, response) => {
    request.resume();
    const url = URL.canParse(request.url ?? '', 'https://token')
      ? new URL(request.url ?? '', 'https://token')
      : null;
    const send = (status: number, body: object, headers: Record<string, string> = {}) => {
      const fixed = {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      };
      response.writeHead(status, { ...fixed, ...headers }).end(JSON.stringify(body));
    };
    if (url?.pathname !== '/token') return send(404, errors('NOT_FOUND', 'there is nothing here but /token'));
    // Clients that would rather use OAuth 2 (POST) fall back to this on 405.
    if (request.method !== 'GET') return send(405, errors('UNSUPPORTED', 'use GET'), { allow: 'GET' });
    const answer = decide({
      authorization: request.headers.authorization,
      scopes: url.searchParams.getAll('scope'),
      service: url.searchParams.get('service'),
      address: request.socket.remoteAddress ?? '',
    });
    if (answer.status === 200) {
      const token = sign(answer);
      const issued = new Date(clock()).toISOString();
      return send(200, { token, access_token: token, expires_in: TOKEN_LIFE, issued_at: issued });
    }
    const more: Record<string, string> =
      answer.status === 429
        ? { 'retry-after': `${answer.seconds}` }
        : answer.status === 401
          ? { 'www-authenticate': 'Basic realm="barewright"' }
          : {};
    send(answer.status, errors(answer.status === 400 ? 'BAD_REQUEST' : 'UNAUTHORIZED', answer.why), more);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('tlsClientError', () => {});
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new OwnRegistryError('listen', `its token server cannot listen on ${host}:${port}: ${why}`);
  }

  return {
    renew: (next) => server.setSecureContext(contextOf(next)),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function errors(code: string, message: string): object {
  return { errors: [{ code, message }] };
}
