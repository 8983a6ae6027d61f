/** The control API of the daemon, as the verbs use it. */

import { Agent, type Dispatcher, request } from 'undici';
import { printable } from '../desired/printable.ts';
import type { ApiError, ApiErrorCode } from '../model/api.ts';
import type { Event } from '../model/event.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { readServerEvents } from './event-source.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { findServer, type Server } from './find-server.ts';
import type { ClientOptions } from './options.ts';

export type Query = Record<string, string | number | undefined>;

/** Every call throws CliError: 'unreachable' where nothing answers, else as the daemon refused. */
export interface Client {
  /** Of the daemon. */
  url: string;
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  /** Events that pass the query, after its `after` or only new ones, as they come. Ends when the daemon closes it; throws when the signal aborts. */
  stream(query: Query, signal: AbortSignal): AsyncGenerator<Event>;
}

/** The daemon says that it is alive every 15 s. */
const SILENCE = 60_000;
const ANSWER = 60_000;

const EXITS: Record<ApiErrorCode, ExitCode> = {
  'not-found': EXIT.error,
  unauthorized: EXIT.error,
  forbidden: EXIT.error,
  'bad-request': EXIT.error,
  conflict: EXIT.refused,
  outdated: EXIT.refused,
  'too-many': EXIT.refused,
  'not-ready': EXIT.unreachable,
  internal: EXIT.error,
};

export async function connect(context: Context, options: ClientOptions): Promise<Client> {
  const server = await findServer(context, options);
  const trust = server.trust.ca === undefined ? {} : { dispatcher: new Agent({ connect: server.trust }) };
  const headers = {
    authorization: `Bearer ${server.token}`,
    'x-barewright-actor': actorOf(context.env),
  };

  async function call(path: string, query: Query, more: CallOptions): Promise<Dispatcher.ResponseData> {
    const url = new URL(`/api/v1${path}`, server.url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { signal } = context;
    const limits = { headersTimeout: ANSWER, bodyTimeout: SILENCE };
    const answer = await request(url, {
      ...limits,
      ...trust,
      signal,
      ...more,
      headers: { ...headers, ...more.headers },
    }).catch((error: unknown) => {
      if (context.signal.aborted || more.signal?.aborted) throw error;
      throw notThere(server, error);
    });
    if (answer.statusCode >= 400) throw refusal(answer.statusCode, await answer.body.text());
    return answer;
  }

  return {
    url: server.url,
    async get<T>(path: string, query: Query = {}) {
      return clean((await (await call(path, query, {})).body.json()) as T);
    },
    async post<T>(path: string, body: object = {}) {
      const type = { 'content-type': 'application/json' };
      const answer = await call(path, {}, { method: 'POST', headers: type, body: JSON.stringify(body) });
      return clean((await answer.body.json()) as T);
    },
    async *stream(query, signal) {
      const { body } = await call('/stream', query, { signal });
      for await (const { event, data } of readServerEvents(body)) {
        if (event === 'journal') yield clean(JSON.parse(data) as Event);
      }
    },
  };
}

interface CallOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** Who the journal names. The daemon takes no other characters. */
function actorOf(env: Context['env']): string {
  const name = (env['USER'] || env['LOGNAME'] || '').replaceAll(/[^\w.@+-]/g, '_').slice(0, 64);
  return name === '' ? 'someone' : name;
}

function notThere({ url, name }: Server, error: unknown): CliError {
  const why = (error as NodeJS.ErrnoException).code ?? String(error);
  return new CliError(
    EXIT.unreachable,
    `${name} does not answer at ${url}: ${why}`,
    'if it has ended, start it again: barewright run',
  );
}

function refusal(status: number, text: string): CliError {
  try {
    const { error } = clean(JSON.parse(text) as ApiError);
    return new CliError(EXITS[error.code] ?? EXIT.error, error.message, error.hint ?? '', error.code);
  } catch {
    return new CliError(EXIT.error, `the daemon answered with HTTP status ${status}`);
  }
}

/** Nodes and commits put words into the journal: none of them may steer a terminal. Line breaks stay. */
function clean<T>(value: T): T {
  if (typeof value === 'string') return value.split('\n').map(printable).join('\n') as T;
  if (Array.isArray(value)) return value.map(clean) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printable(key), clean(inner)])) as T;
}
