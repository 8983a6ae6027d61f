/** What the registry says of itself: whether it answers, and whether it takes changes. */

import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface Probe {
  endpoint: string;
  /** PEM. */
  ca: string;
  /** A token that may delete in PROBED. */
  token(): string;
  /** Resolves when it is no use to go on asking. */
  ended: Promise<string>;
  /** ms. */
  patience: number;
}

/** Nothing is ever stored under this name. */
export const PROBED = 'barewright/probe';
const NOTHING = `sha256:${'0'.repeat(64)}`;
const BETWEEN = 25;

export type Found = 'writable' | 'read-only' | 'other';

/**
 * Asks until it is as wanted; resolves with null then, and with a sentence of what it is instead when it does not come to that.
 * Deleting what is not there is asked for: 404 where changes are taken, 405 where the registry is read-only.
 */
export async function becomes(
  wanted: Found,
  { endpoint, ca, token, ended, patience }: Probe,
): Promise<string | null> {
  const agent = new Agent({ connect: { ca, timeout: 5_000 }, headersTimeout: 5_000, bodyTimeout: 5_000 });
  const until = performance.now() + patience;
  let gone: string | null = null;
  void ended.then((why) => {
    gone = why;
  });
  let found = '';
  try {
    while (gone === null && performance.now() < until) {
      const status = await ask(agent, endpoint, token()).catch((error: Error) => error);
      found = typeof status === 'number' ? `it answers ${status}` : reason(status);
      if (typeof status === 'number' && meaning(status) === wanted) return null;
      await pause(BETWEEN);
    }
  } finally {
    await agent.destroy();
  }
  return gone ?? found;
}

async function ask(dispatcher: Agent, endpoint: string, token: string): Promise<number> {
  const url = `${endpoint}/v2/${PROBED}/manifests/${NOTHING}`;
  const { statusCode, body } = await request(url, {
    ...{ dispatcher, method: 'DELETE', headers: { authorization: `Bearer ${token}` } },
  });
  await body.dump();
  return statusCode;
}

function meaning(status: number): Found {
  if (status === 405) return 'read-only';
  return status === 404 || status === 202 ? 'writable' : 'other';
}

function reason(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return error.message === '' ? `${code}` : error.message;
}
