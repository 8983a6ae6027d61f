/** One request over the connections to a forge. */

import { Agent, request } from 'undici';
import { readBody } from './read-body.ts';

export interface HttpRequest {
  method: string;
  headers: Record<string, string>;
  /** JSON. */
  body: string | null;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case name. */
  header(name: string): string | undefined;
  /** Null where it is longer than any answer that makes sense. */
  text: string | null;
}

export interface Http {
  /** `ca` as PEM; null trusts the system's authorities. Follows no redirect. Rejects with what Node or undici throws. */
  ask(url: string, wanted: HttpRequest, ca: string | null): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Connections at once. */
const WIDTH = 4;
const CONNECT_TIMEOUT = 10_000;

/** `timeout` is for a request as a whole, ms; the signal ends all of them. */
export function createHttp(timeout: number, end: AbortSignal): Http {
  let agent: { ca: string | null; dispatcher: Agent } | null = null;

  function dispatcherOf(ca: string | null): Agent {
    if (agent?.ca === ca) return agent.dispatcher;
    void agent?.dispatcher.close();
    const connect = { timeout: CONNECT_TIMEOUT, ...(ca === null ? {} : { ca }) };
    agent = { ca, dispatcher: new Agent({ connect, connections: WIDTH }) };
    return agent.dispatcher;
  }

  return {
    async ask(url, wanted, ca) {
      const signal = AbortSignal.any([end, AbortSignal.timeout(timeout)]);
      const answer = await request(url, { ...wanted, dispatcher: dispatcherOf(ca), signal });
      return {
        status: answer.statusCode,
        header: (name) => [answer.headers[name]].flat()[0],
        text: await readBody(answer.body),
      };
    },
    async close() {
      await agent?.dispatcher.destroy();
    },
  };
}
