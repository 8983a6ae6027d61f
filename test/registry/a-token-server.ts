import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from './a-certificate.ts';

/** Hands out tokens to whoever shows the login: the scopes that were asked for, less what `may` refuses. */
export async function aTokenServer(
  { certFile, keyFile, pem }: Certificate,
  login: { username: string; password: string },
  may: (action: string) => boolean,
) {
  const asked: string[] = [];
  const key = createPrivateKey(readFileSync(keyFile));
  const x5c = [new X509Certificate(pem).raw.toString('base64')];
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const server = createServer(
    { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'https://token.test');
      const scopes = searchParams.getAll('scope');
      asked.push(scopes.join(' '));
      if (request.headers.authorization !== basic) return void response.writeHead(401).end('{"errors":[]}');
      const access = scopes.map((scope) => {
        const [type, name, actions = ''] = scope.split(':');
        return { type, name, actions: actions.split(',').filter(may) };
      });
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: 'karoo',
        sub: login.username,
        aud: searchParams.get('service'),
        jti: randomUUID(),
      };
      const parts = [
        { typ: 'JWT', alg: 'ES256', x5c },
        { ...claims, iat: now, nbf: now - 5, exp: now + 300, access },
      ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const signature = sign('sha256', Buffer.from(parts.join('.')), { key, dsaEncoding: 'ieee-p1363' });
      response.end(
        JSON.stringify({ token: [...parts, signature.toString('base64url')].join('.'), expires_in: 300 }),
      );
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const realm = `https://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const section = `auth: { token: { realm: ${realm}, service: karoo, issuer: karoo, rootcertbundle: ${certFile} } }`;
  return { section, asked };
}
