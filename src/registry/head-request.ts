/** HEAD requests at the least cost: a look at many tags is nothing but these. */

import type { Agent } from 'undici';
import type { Answer } from './answer.ts';

const NOTHING: Answer['body'] = {
  dump: async () => {},
  text: async () => '',
  json: async () => null,
  async *[Symbol.asyncIterator]() {},
};

/** Where a request goes: `https://karoo:5000`, and path and query. */
export interface Target {
  origin: string;
  path: string;
}

/** Resolves with the status and the headers; rejects as undici does. */
export function headRequest(
  agent: Agent,
  { origin, path }: Target,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null;
    agent.dispatch(
      // By itself undici ends a connection after each HEAD, for servers that send a body with it.
      { origin, path, method: 'HEAD', headers, reset: false },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          answer = { status, headers, body: NOTHING };
        },
        onResponseData() {},
        onResponseEnd() {
          if (answer) resolve(answer);
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
