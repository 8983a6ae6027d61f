/** Signs tokens for one registry (distribution, "Token Authentication Implementation"): JWT with ES256 (RFC 7518 §3.4). */

import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { makeSigner } from './certificate.ts';
import type { Access } from './grant.ts';

export interface Signer {
  /** PEM: by it the registry knows the tokens. */
  certificate: string;
  token(account: string, access: readonly Access[]): string;
}

/** Clients ask for a new one after it, s. The registry allows a minute more. */
export const TOKEN_LIFE = 300;
const DAY = 24 * 3600_000;
const YEARS = 3650 * DAY;

/** A new key, held in memory alone: tokens of an earlier one are void as soon as the registry knows this one. */
export function createSigner(issuer: string, service: string, clock: () => number): Signer {
  const now = clock();
  const { certificate, key: pem } = makeSigner(issuer, { from: now, until: now + YEARS });
  const key = createPrivateKey(pem);
  const header = encode({
    ...{ typ: 'JWT', alg: 'ES256' },
    x5c: [new X509Certificate(certificate).raw.toString('base64')],
  });

  return {
    certificate,
    token(account, access) {
      const iat = Math.floor(clock() / 1000);
      const claims = {
        ...{ iss: issuer, sub: account, aud: service, jti: randomUUID() },
        ...{ iat, nbf: iat - 10, exp: iat + TOKEN_LIFE, access },
      };
      const body = `${header}.${encode(claims)}`;
      const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' });
      return `${body}.${signature.toString('base64url')}`;
    },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
