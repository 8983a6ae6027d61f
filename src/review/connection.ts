/** Requests to one forge: with its token, tried again where that may help, and every failure an error with a code. */

import { setTimeout as sleepFor } from 'node:timers/promises';
import { connectionWords, distrustWords } from '../model/connection-words.ts';
import type { ReviewForge } from '../model/desired.ts';
import { ForgeError, type ForgeErrorCode } from './errors.ts';
import { createHttp, type HttpAnswer } from './http.ts';
import { PATIENCE, type Patience, pauseAfter, pauseOf } from './patience.ts';
import { limitedUntil } from './rate-limit.ts';
import { saidOf } from './said.ts';

export interface ForgePorts {
  /** Read at each request, so that a rotated token is taken. */
  token(): Promise<string>;
  /** PEM, read likewise; null trusts the system's authorities. */
  ca(): Promise<string | null>;
  clock?: () => number;
  random?: () => number;
  /** Rejects when the signal is aborted. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  patience?: Partial<Patience>;
}

/** How one kind of forge is spoken to. */
export interface Manner {
  /** `GitHub repository karoo/site`. */
  name: string;
  /** Of every request, with the token in it. */
  headers(token: string): Record<string, string>;
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** Below the forge's URL, with its query; or a whole URL of the same origin. */
  path: string;
  body?: object;
  /** Not made again where it may have been carried out: it would be another one. */
  once?: boolean;
}

export interface Answer {
  /** Lower-case name. */
  header(name: string): string | undefined;
  /** JSON; null for an empty body. */
  body: unknown;
}

export interface Connection {
  /** Rejects with ForgeError. */
  call(call: Call): Promise<Answer>;
  /** As it is now. Rejects with ForgeError `secret`. */
  token(): Promise<string>;
  /** Waits as between two attempts, `round` from 1. */
  pause(round: number): Promise<void>;
  close(): Promise<void>;
}

const MOST_REDIRECTS = 3;

export function openConnection(
  { kind, url }: Pick<ReviewForge, 'kind' | 'url'>,
  { name, headers }: Manner,
  ports: ForgePorts,
): Connection {
  const { clock = Date.now, random = Math.random, sleep = defaultSleep } = ports;
  const patience = { ...PATIENCE, ...ports.patience };
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/+$/, '');
  const end = new AbortController();
  const http = createHttp(patience.timeout, end.signal);
  /** Asking on during a limit makes it longer. */
  let quietUntil = 0;

  async function call(call: Call): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        if (quietUntil > clock()) throw limited(quietUntil);
        return await once(call);
      } catch (error) {
        const known = errorOf(error, call);
        const made = { tries, once: call.once ?? false, now: clock() };
        const pause = pauseAfter(known, made, patience, random());
        if (pause === null) throw known;
        await wait(pause);
      }
    }
  }

  async function once(call: Call): Promise<Answer> {
    const token = await readToken();
    const { status, header, text } = await redirected(call, token, await readAuthority());
    if (text === null) throw failure('protocol', `${shown(call)} of ${name} is answered at endless length`);
    const body = parse(text);
    if (status >= 200 && status < 300) {
      if (body === undefined)
        throw failure('protocol', `${shown(call)} of ${name} is answered with no JSON`, { status });
      return { header, body };
    }
    const said = saidOf(body, token);
    const until = limitedUntil(status, header, said, clock());
    if (until !== null) {
      quietUntil = until;
      throw limited(until, status);
    }
    const code = codeOf(status, said);
    throw failure(code, `${shown(call)} of ${name} is answered with ${status}${said && `: ${said}`}`, {
      status,
    });
  }

  /** The token goes to the forge's own address and to no other; what is written is sent on only where that keeps it as it is. */
  async function redirected(call: Call, token: string, ca: string | null): Promise<HttpAnswer> {
    const wanted = requestOf(call, token);
    let target = targetOf(call.path);
    for (let hops = 0; ; hops += 1) {
      const answer = await http.ask(target, wanted, ca);
      const location = answer.header('location');
      const follows =
        call.method === 'GET' ? answer.status >= 301 : answer.status === 307 || answer.status === 308;
      if (!follows || answer.status >= 400 || location === undefined) return answer;
      const next = new URL(location, target);
      if (next.origin !== origin || hops >= MOST_REDIRECTS) {
        throw failure(
          'protocol',
          `${shown(call)} of ${name} is sent on to ${next.origin}, which gets no token`,
        );
      }
      target = next.href;
    }
  }

  function requestOf({ method, body }: Call, token: string) {
    const fixed = { 'user-agent': 'barewright', accept: 'application/json' };
    const type: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    return {
      method,
      headers: { ...fixed, ...type, ...headers(token) },
      body: body ? JSON.stringify(body) : null,
    };
  }

  async function readToken(): Promise<string> {
    const token = await ports.token().catch((error: unknown) => {
      throw failure('secret', `the token of ${name} cannot be read: ${connectionWords(error)}`, {
        cause: error,
      });
    });
    if (!/^[!-~]+$/.test(token)) throw failure('secret', `what is given as the token of ${name} is none`);
    return token;
  }

  async function readAuthority(): Promise<string | null> {
    return ports.ca().catch((error: unknown) => {
      const why = `the authority of ${name} cannot be read: ${connectionWords(error)}`;
      throw failure('secret', why, { cause: error });
    });
  }

  function errorOf(error: unknown, call: Call): ForgeError {
    if (error instanceof ForgeError) return error;
    const options = { cause: error };
    if (end.signal.aborted) return failure('closed', `${shown(call)} of ${name} was given up`, options);
    const distrust = distrustWords(error);
    if (distrust !== null) return failure('tls', `${origin} is not trusted: ${distrust}`, options);
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const why = timedOut ? 'no answer in time' : connectionWords(error);
    return failure('unreachable', `${name} cannot be reached at ${origin}: ${why}`, options);
  }

  async function wait(ms: number): Promise<void> {
    await sleep(ms, end.signal).catch((cause: unknown) => {
      throw failure('closed', `${name} is no longer asked`, { cause });
    });
  }

  function limited(until: number, status?: number): ForgeError {
    const message = `${name} takes no more requests until ${new Date(until).toISOString()}`;
    return failure('rate-limited', message, { retryAt: until, ...(status === undefined ? {} : { status }) });
  }

  function failure(
    code: ForgeErrorCode,
    message: string,
    circumstances: Omit<ConstructorParameters<typeof ForgeError>[2], 'kind'> = {},
  ): ForgeError {
    return new ForgeError(code, message, { kind, ...circumstances });
  }

  function shown({ method, path }: Pick<Call, 'method' | 'path'>): string {
    return `${method} ${targetOf(path).replace(/\?.*$/s, '')}`;
  }

  function targetOf(path: string): string {
    return path.startsWith('/') ? `${origin}${base}${path}` : path;
  }

  return {
    call,
    token: readToken,
    pause: (round) => wait(pauseOf(round, patience, random())),
    async close() {
      end.abort();
      await http.close();
    },
  };
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(status: number, said: string): ForgeErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 413 || /\btoo (?:long|large)\b/i.test(said)) return 'too-long';
  return status >= 500 ? 'server' : status >= 400 ? 'refused' : 'protocol';
}

async function defaultSleep(ms: number, signal: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, { signal });
}
