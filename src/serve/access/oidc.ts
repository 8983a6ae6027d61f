/** The login at an OpenID Connect provider: authorization code with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636). */

import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import { ACTOR_NAME, type Oidc } from '../../model/access.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import { digestOf } from './digest.ts';
import { secret } from './sessions.ts';

interface Begun {
  issuer: string;
  verifier: string;
  nonce: string;
  next: string;
  until: number;
}

/** What the provider says of a person. */
export interface Person {
  issuer: string;
  /** Null where the claim holds none that the journal can bear. */
  name: string | null;
  /** Of the claim of the roles. */
  values: readonly string[];
  /** The page to go on to. */
  next: string;
}

interface Ports {
  readSecret(ref: SecretRef): Promise<string>;
  /** ms since the epoch. */
  clock(): number;
}

/** To log in there, ms. */
const PATIENCE = 10 * 60_000;
/** Logins under way; the oldest makes room. */
const MOST = 1_000;
/** How long what a provider tells of itself is taken for true, ms. */
const KNOWN_FOR = 3_600_000;
/** For an answer of the provider, s. */
const TIMEOUT = 10;

export function createOidc({ readSecret, clock }: Ports) {
  /** By state. */
  const begun = new Map<string, Begun>();
  let known: { mark: string; until: number; configuration: Promise<Configuration> } | null = null;

  async function configurationOf({ issuer, clientId, clientSecret }: Oidc): Promise<Configuration> {
    const key = clientSecret && (await readSecret(clientSecret));
    const mark = JSON.stringify([issuer, clientId, key && digestOf(key).toString('hex')]);
    if (known?.mark === mark && clock() < known.until) return known.configuration;
    const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
    const options = { execute, timeout: TIMEOUT };
    const configuration = discovery(
      new URL(issuer),
      clientId,
      key ?? undefined,
      key === null ? None() : undefined,
      options,
    );
    known = { mark, until: clock() + KNOWN_FOR, configuration };
    configuration.catch(() => {
      known = null;
    });
    return configuration;
  }

  return {
    /** Where to send the browser, and what it must show when it comes back. Rejects where the provider cannot be asked. */
    async begin(oidc: Oidc, redirect: string, next: string): Promise<{ url: string; state: string }> {
      const configuration = await configurationOf(oidc);
      const [state, verifier, nonce] = [secret(), randomPKCECodeVerifier(), randomNonce()];
      begun.set(state, { issuer: oidc.issuer, verifier, nonce, next, until: clock() + PATIENCE });
      const [oldest] = begun.keys();
      if (begun.size > MOST && oldest !== undefined) begun.delete(oldest);
      const url = buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirect, scope: ['openid', ...oidc.scopes].join(' '), state, nonce },
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state };
    },

    /**
     * Takes the address with which the browser came back, and the state that it showed. Null where no login of this browser is
     * under way; rejects with what is wrong with the provider's answer.
     */
    async finish(oidc: Oidc, came: URL, state: string): Promise<Person | null> {
      const login = begun.get(state);
      begun.delete(state);
      if (!login || login.issuer !== oidc.issuer || clock() >= login.until) return null;
      const configuration = await configurationOf(oidc);
      const tokens = await authorizationCodeGrant(configuration, came, {
        ...{ pkceCodeVerifier: login.verifier, expectedState: state, expectedNonce: login.nonce },
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      const isWhole = oidc.nameClaim in claims && oidc.rolesClaim in claims;
      const more = isWhole ? {} : await fetchUserInfo(configuration, tokens.access_token, claims.sub);
      const all: Record<string, unknown> = { ...more, ...claims };
      const name = all[oidc.nameClaim];
      return {
        ...{ issuer: oidc.issuer, next: login.next },
        name: typeof name === 'string' && ACTOR_NAME.test(name) ? name : null,
        values: [all[oidc.rolesClaim]].flat().filter((value) => typeof value === 'string'),
      };
    },
  };
}
