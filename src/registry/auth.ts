/**
 * Logs in to a registry as it asks for it: with name and password (basic), or with a token that a token server hands out
 * for them (bearer). Distribution spec, "Token authentication"; RFC 6750, RFC 7617. Secrets stay in headers and memory.
 */

import { answerError } from './answer-error.ts';
import type { Challenge } from './challenge.ts';
import { RegistryError } from './errors.ts';

export interface Login {
  username: string;
  password: string;
}

export interface Auth {
  /** The header to send for a scope, as far as it is known without asking; null for none. */
  known(scope: string): string | null;
  /** The header that answers a challenge; null where there is nothing to show. Rejects with RegistryError. */
  answer(challenge: Challenge, scope: string): Promise<string | null>;
}

interface Ports {
  /** Host and port, for messages. */
  registry: string;
  /** Whether the registry is spoken to without TLS; only then may its token server be. */
  isPlain: boolean;
  login: Login | null;
  clock(): number;
  /** Fetches a page; `authorization` only where there is a login. */
  get(url: URL, authorization: string | null): Promise<{ status: number; text: string }>;
}

interface Token {
  header: string;
  until: number;
}

/** What token servers promise at least, and what is kept in hand for the way; ms. */
const LEAST_LIFE = 60_000;
const MARGIN = 10_000;

export function createAuth({ registry, isPlain, login, clock, get }: Ports): Auth {
  const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const tokens = new Map<string, Token>();
  const asking = new Map<string, Promise<string>>();
  let isBasic = false;

  async function ask({ realm, service }: Challenge & { scheme: 'bearer' }, scope: string): Promise<string> {
    const url = realmOf(realm);
    if (service !== null) url.searchParams.set('service', service);
    for (const part of scope.split(' ')) if (part !== '') url.searchParams.append('scope', part);
    if (login) url.searchParams.set('account', login.username);
    const { status, text } = await get(url, basic);
    const what = `the token server ${url.host} of ${registry}`;
    if (status !== 200) throw answerError(status, text, what);
    const { token, life } = readToken(text, what);
    const header = `Bearer ${token}`;
    tokens.set(scope, { header, until: clock() + Math.max(life, LEAST_LIFE) - MARGIN });
    return header;
  }

  /** The registry chooses who is shown the password: never anyone in the clear. */
  function realmOf(realm: string): URL {
    const url = URL.canParse(realm) ? new URL(realm) : null;
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isPlain)) return url;
    const message = `${registry} names the token server ${JSON.stringify(realm)}, which is not spoken to by https`;
    throw new RegistryError('protocol', message);
  }

  return {
    known(scope) {
      if (isBasic) return basic;
      const token = tokens.get(scope);
      return token && token.until > clock() ? token.header : null;
    },
    async answer(challenge, scope) {
      if (challenge.scheme === 'basic') {
        isBasic = true;
        return basic;
      }
      tokens.delete(scope);
      const pending = asking.get(scope) ?? ask(challenge, scope).finally(() => asking.delete(scope));
      asking.set(scope, pending);
      return pending;
    },
  };
}

function readToken(text: string, what: string): { token: string; life: number } {
  try {
    const answer = JSON.parse(text) as { token?: unknown; access_token?: unknown; expires_in?: unknown };
    const token = answer.token ?? answer.access_token;
    if (typeof token === 'string' && /^[!-~]+$/.test(token)) {
      return { token, life: typeof answer.expires_in === 'number' ? answer.expires_in * 1000 : 0 };
    }
  } catch {
    // Said below, without the text: it may hold a secret.
  }
  throw new RegistryError('protocol', `${what} answers with something that is no token`);
}
