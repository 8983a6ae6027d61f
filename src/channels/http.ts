/** One request to a channel that speaks HTTP: through the environment's proxy, in limited time, never redirected. */

import { EnvHttpProxyAgent, request } from 'undici';
import { connectionWords, distrustWords } from '../model/connection-words.ts';
import { retryAfter } from '../model/retry-after.ts';
import { ChannelError, type ChannelPorts } from './channel.ts';
import { redact } from './redact.ts';

export interface HttpCall {
  method: 'POST' | 'PUT';
  url: URL;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body: string;
  /** PEM; null trusts the system's authorities. */
  ca: string | null;
  /** That must not be repeated, whatever the other side says. */
  secrets: readonly string[];
}

export interface Http {
  /** What was answered, on one line for a person. Rejects with ChannelError for all but 2xx. */
  call(call: HttpCall): Promise<string>;
  close(): Promise<void>;
}

/** Of an answer, bytes. */
const MOST_SAID = 16_384;

export function createHttp({ clock, timeout, proxies }: Omit<ChannelPorts, 'read'>): Http {
  const end = new AbortController();
  let agent: { ca: string | null; dispatcher: EnvHttpProxyAgent } | null = null;

  function dispatcherOf(ca: string | null): EnvHttpProxyAgent {
    if (agent?.ca === ca) return agent.dispatcher;
    void agent?.dispatcher.close();
    const tls = ca === null ? {} : { ca };
    agent = {
      ca,
      dispatcher: new EnvHttpProxyAgent({
        ...{ connect: tls, requestTls: tls, connections: 1 },
        // Said in so many words, so that the library asks the environment for nothing.
        ...{ httpProxy: proxies.http, httpsProxy: proxies.https, noProxy: proxies.except },
      }),
    };
    return agent.dispatcher;
  }

  async function call({ method, url, headers, body, ca, secrets }: HttpCall): Promise<string> {
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(timeout)]);
    try {
      const answer = await request(url, {
        ...{ method, body, signal, dispatcher: dispatcherOf(ca) },
        headers: { 'content-type': 'application/json', 'user-agent': 'barewright', ...headers },
      });
      const said = redact(await beginningOf(answer.body), [...secrets, `${url.pathname}${url.search}`]);
      const { statusCode: status } = answer;
      if (status >= 200 && status < 300) return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
      const after = [answer.headers['retry-after']].flat()[0];
      throw refusal(status, said, retryAfter(after, clock()));
    } catch (error) {
      throw error instanceof ChannelError ? error : failure(error, secrets, timeout);
    }
  }

  return {
    call,
    async close() {
      end.abort();
      await agent?.dispatcher.destroy();
    },
  };
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > MOST_SAID) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(status: number, said: string, pause: number | null): ChannelError {
  const words = said === '' ? `it answered with HTTP status ${status}` : `HTTP ${status}: ${said}`;
  if (status >= 300 && status < 400) {
    return new ChannelError('redirected', `it sends us to another address (HTTP ${status}): write that one`);
  }
  if (status === 429) return new ChannelError('rate-limited', words, pause);
  if (status >= 500) return new ChannelError('server', words, pause);
  return new ChannelError([401, 403, 404, 410].includes(status) ? 'refused' : 'rejected', words);
}

function failure(error: unknown, secrets: readonly string[], timeout: number): ChannelError {
  const distrust = distrustWords(error);
  if (distrust !== null) return new ChannelError('tls', redact(distrust, secrets));
  const { name } = error as Error;
  const words =
    name === 'TimeoutError' ? `no answer within ${Math.round(timeout / 1000)} s` : connectionWords(error);
  return new ChannelError('unreachable', redact(words, secrets));
}
