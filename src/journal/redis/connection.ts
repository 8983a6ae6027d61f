/** One connection to Redis that outlives breaks: a script that got no answer is sent again, and every script is made for that. */

import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { JournalError } from '../../model/journal.ts';
import type { RedisAddress } from './address.ts';

export interface RedisAccess {
  address: RedisAddress;
  /** Read anew for each opening. */
  password: string | null;
  /** Certificates (PEM) that vouch for a `rediss:` server, instead of those of the system. */
  ca: string | null;
  /** How long a write waits for a Redis that went away, ms. */
  patience: number;
}

export interface Connection {
  readonly shown: string;
  /** One command. Rejects with a JournalError, `unavailable`. */
  ask(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Runs a script, again after each break until `patience` is over. Rejects with a JournalError, `write-failed`. */
  run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Tells the server and hangs up. Never rejects. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT = 5_000;
/** Redis answers within the time of a disk's fsync: more than this is a break. ms. */
const ANSWER_TIMEOUT = 10_000;
const RECONNECT_PAUSE = 100;

/** What a server says that will be otherwise before long (redis.io, "Redis serialization protocol", errors). */
const PASSING = /^(LOADING|BUSY|TRYAGAIN|MASTERDOWN)\b/;

/**
 * Connects and rejects with a JournalError, `unavailable`, when that does not work at once. `recheck` is called after each later break,
 * before anything is written: the server that is there now may be another one. Its JournalError is handed on.
 */
export async function connectRedis(
  access: RedisAccess,
  recheck: (connection: Connection) => Promise<void>,
): Promise<Connection> {
  const { shown } = access.address;
  const redis = new Redis(optionsOf(access));
  let lastError: Error | undefined;
  let broken = false;
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  redis.on('close', () => {
    broken = true;
  });

  async function attempt(script: string, keys: readonly string[], args: readonly (string | number)[]) {
    if (broken && redis.status === 'ready') {
      broken = false;
      try {
        await recheck(connection);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
    return redis.eval(script, keys.length, ...keys, ...args);
  }

  async function run(
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const giveUp = performance.now() + access.patience;
    for (;;) {
      try {
        return await attempt(script, keys, args);
      } catch (error) {
        if (!mayPass(error) || performance.now() >= giveUp)
          throw writeFailure(shown, sayWhy(error, lastError), error);
      }
      await sleep(RECONNECT_PAUSE);
    }
  }

  const connection: Connection = {
    shown,
    run,
    async ask(command, ...args) {
      try {
        return await redis.call(command, ...args);
      } catch (error) {
        throw unavailable(shown, sayWhy(error, lastError), error);
      }
    },
    async close() {
      await redis.quit().catch(() => {});
      redis.disconnect();
    },
  };
  try {
    await redis.connect();
    if (lastError) throw lastError;
  } catch (error) {
    redis.disconnect();
    throw unavailable(shown, sayWhy(error, lastError), error);
  }
  return connection;
}

function optionsOf({ address, password, ca }: RedisAccess) {
  const { at, username, db } = address;
  return {
    ...('path' in at ? { path: at.path } : { host: at.host, port: at.port }),
    ...('tls' in at && at.tls ? { tls: tlsOf(at.host, ca) } : {}),
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    db,
    protocol: 2,
    connectionName: 'barewright',
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    commandTimeout: ANSWER_TIMEOUT,
    // Breaks are dealt with here, where it is known what may be sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RECONNECT_PAUSE,
  } satisfies RedisOptions;
}

/** An address is no name for a server to choose its certificate by (RFC 6066 §3). */
function tlsOf(host: string, ca: string | null): { servername?: string; ca?: string } {
  return { ...(isIP(host) ? {} : { servername: host }), ...(ca === null ? {} : { ca }) };
}

/** What the server refused stays refused; a break, or a lack of answer, may pass. */
function mayPass(error: unknown): boolean {
  if (error instanceof JournalError) return error.cause !== undefined && isPassing(error.cause);
  return isPassing(error);
}

function isPassing(error: unknown): boolean {
  return !isRefusal(error) || PASSING.test(error.message);
}

/** An error that the server itself spoke. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** The break itself says more than that the connection is closed. */
function sayWhy(error: unknown, lastError: Error | undefined): string {
  const told = isRefusal(error) || error instanceof JournalError ? error : (lastError ?? error);
  return told instanceof Error ? told.message : String(told);
}

export function unavailable(shown: string, why: string, cause?: unknown): JournalError {
  return new JournalError(
    'unavailable',
    `The journal at ${shown} cannot be opened: ${why.replace(/\.$/, '')}. ` +
      'Check that Redis runs there, and that its user and password are right (--store-password).',
    { cause },
  );
}

export function writeFailure(shown: string, why: string, cause?: unknown): JournalError {
  if (cause instanceof JournalError && cause.code !== 'unavailable') return cause;
  return new JournalError(
    'write-failed',
    `The journal at ${shown} could not be written: ${why.replace(/\.$/, '')}. ` +
      'Mend that and start again. What was not written is observed again.',
    { cause },
  );
}
