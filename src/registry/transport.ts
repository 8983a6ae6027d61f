/** Requests to one registry: logged in, redirected, tried again, and every failure an error with a code. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { retryAfter } from '../model/retry-after.ts';
import type { Answer } from './answer.ts';
import { answerError } from './answer-error.ts';
import { type Auth, createAuth, type Login } from './auth.ts';
import { readChallenge } from './challenge.ts';
import { connectionError } from './connection-error.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { headRequest, type Target } from './head-request.ts';
import { isPassing, PATIENCE, type Patience, pauseAfter, pauseReadOnly } from './patience.ts';

export interface RegistryAccess {
  /** `https://karoo.example.org:5000`, or `http://…` where that is wanted. */
  endpoint: string;
  /** PEM; trusted instead of the system's authorities. */
  ca?: string;
  login?: Login;
  /** Connections at once. Default 8. */
  width?: number;
  patience?: Patience;
  signal?: AbortSignal;
  clock?: () => number;
  random?: () => number;
}

export interface Call {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query below the endpoint, or a whole URL that the registry gave. */
  path: string;
  /** What a token is asked for: `repository:library/redis:pull`. */
  scope: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Statuses that are an answer; any other is an error. */
  expect: readonly number[];
  /** Never made again by itself: it would be another one. */
  once?: boolean;
}

export interface Transport {
  /** Host and port. */
  registry: string;
  /** The body of the answer must be read or dumped. Rejects with RegistryError. */
  call(call: Call): Promise<Answer>;
  signal: AbortSignal | undefined;
  close(): Promise<void>;
}

const WAITS = { headersTimeout: 60_000, bodyTimeout: 60_000, connect: { timeout: 10_000 } };
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Of an error's body, bytes. */
const MOST_SAID = 16_384;

export function createTransport(access: RegistryAccess): Transport {
  const { ca, login = null, width = 8, patience = PATIENCE, signal } = access;
  const { clock = Date.now, random = Math.random } = access;
  const base = new URL(access.endpoint);
  const { host: registry, origin } = base;
  const connect = { ...WAITS.connect, ...(ca === undefined ? {} : { ca }) };
  const agent = new Agent({ ...WAITS, connect, connections: width });
  // Told once, and not with each request: that alone would be a fifth of what a small one costs.
  const giveUp = () => void agent.destroy();
  signal?.addEventListener('abort', giveUp, { once: true });
  const get: Parameters<typeof createAuth>[0]['get'] = async (url, authorization) => {
    const headers = authorization === null ? {} : { authorization };
    const { status, body } = await send(targetOf(url.href), 'GET', headers);
    return { status, text: await body.text() };
  };
  const auth: Auth = createAuth({ registry, isPlain: base.protocol === 'http:', login, clock, get });

  async function call(call: Call): Promise<Answer> {
    // Refused without having been looked at: whatever it was, it may be sent again.
    let waited = 0;
    for (let tries = 1; ; tries += 1) {
      let asked: number | null = null;
      try {
        const answer = await authorized(call);
        if (call.expect.includes(answer.status)) return answer;
        asked = retryAfter(textOf(answer.headers['retry-after']), clock());
        throw answerError(answer.status, await said(answer), `${call.method} ${registry}${shown(call.path)}`);
      } catch (error) {
        const known = connectionError(error, registry, signal);
        const pause =
          known.code === 'read-only'
            ? pauseReadOnly(waited, patience)
            : pauseFor(known.code, call, tries, asked);
        if (pause === null) throw known;
        if (known.code === 'read-only') waited += pause;
        await sleep(pause, undefined, { signal }).catch(() => {
          throw connectionError(error, registry, signal);
        });
      }
    }
  }

  function pauseFor(code: RegistryErrorCode, call: Call, tries: number, asked: number | null): number | null {
    return isPassing(code) && !call.once ? pauseAfter(tries, asked, patience, random()) : null;
  }

  async function authorized(call: Call): Promise<Answer> {
    const known = auth.known(call.scope);
    const answer = await redirected(call, known);
    if (answer.status !== 401) return answer;
    const challenge = readChallenge(answer.headers['www-authenticate']);
    const header = challenge && (await auth.answer(challenge, call.scope));
    if (header === null || header === known) return answer;
    await answer.body.dump();
    return redirected(call, header);
  }

  /** Only reading is sent elsewhere, and the login stays here. */
  async function redirected(call: Call, authorization: string | null): Promise<Answer> {
    let target = targetOf(call.path);
    for (let hops = 0; ; hops += 1) {
      const isOwn = target.origin === origin && authorization !== null;
      const headers = isOwn ? { ...call.headers, authorization } : call.headers;
      const answer = await send(target, call.method, headers, call.body);
      const location = textOf(answer.headers.location);
      const follows = REDIRECTS.has(answer.status) && (call.method === 'GET' || call.method === 'HEAD');
      if (!follows || location === undefined || hops >= MOST_REDIRECTS) return answer;
      await answer.body.dump();
      const next = new URL(location, `${target.origin}${target.path}`);
      if (target.origin.startsWith('https:') && next.protocol !== 'https:') {
        throw new RegistryError('protocol', `${registry} sends from https to ${next.protocol}//${next.host}`);
      }
      target = targetOf(next.href);
    }
  }

  /** A look at many tags is many of these: no URL is taken apart where the path is all that is new. */
  function targetOf(path: string): Target {
    if (path.startsWith('/')) return { origin, path };
    const url = new URL(path);
    return { origin: url.origin, path: `${url.pathname}${url.search}` };
  }

  async function send(
    target: Target,
    method: Call['method'],
    headers: Call['headers'] = {},
    body: Call['body'] | null = null,
  ): Promise<Answer> {
    if (method === 'HEAD') return headRequest(agent, target, headers);
    const options = { dispatcher: agent, method, headers, body };
    const answer = await request(`${target.origin}${target.path}`, options);
    // A body that breaks while nobody reads it must not end the process.
    answer.body.on('error', () => {});
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  }

  async function close(): Promise<void> {
    signal?.removeEventListener('abort', giveUp);
    await agent.destroy();
  }

  return { registry, call, signal, close };
}

async function said({ body }: Answer): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length > MOST_SAID) break;
  }
  return text;
}

export function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Without the query, which may carry the state of an upload, or a signature, and without an upload's number. */
function shown(path: string): string {
  return path
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/\?.*$/s, '')
    .replace(/(\/blobs\/uploads\/).+$/, '$1')
    .replace(/^\/v2/, '');
}
