/**
 * Who writes. The lock lapses, so that a killed daemon's is free again; what keeps an old writer out is not the lock but the epoch
 * that goes up with each new one, and that every script compares.
 */

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { JournalError } from '../../model/journal.ts';
import type { Connection } from './connection.ts';
import { LOCK, META, SCHEMA } from './keys.ts';
import { ACQUIRE, RELEASE, RENEW } from './scripts.ts';

export interface Lease {
  /** `host:pid:random`. */
  readonly owner: string;
  readonly epoch: string;
  /** After this long without a word of its holder it is free, ms. */
  readonly ttl: number;
  /** Gives it back. Never rejects. */
  release(): Promise<void>;
}

const LOOK_AGAIN = 200;

/**
 * Takes the lock. One that somebody holds is waited for until it lapses; rejects with `locked` as soon as its holder renews it,
 * within a third of its `ttl`.
 */
export async function takeLease(connection: Connection, ttl: number): Promise<Lease> {
  const owner = `${hostname()}:${process.pid}:${randomBytes(8).toString('hex')}`;
  const epoch = await acquire(connection, owner, ttl);
  const stop = new AbortController();
  const renewing = keepRenewing(connection, [owner, ttl, epoch], stop.signal);
  return {
    owner,
    epoch,
    ttl,
    async release() {
      stop.abort();
      await renewing;
      await connection.ask('EVAL', RELEASE, 1, LOCK, owner).catch(() => {});
    },
  };
}

async function acquire(connection: Connection, owner: string, ttl: number): Promise<string> {
  const store = randomBytes(16).toString('hex');
  let left = Number.POSITIVE_INFINITY;
  for (;;) {
    const answer = String(await connection.ask('EVAL', ACQUIRE, 2, LOCK, META, owner, ttl, SCHEMA, store));
    const [, holder] = /^holder (.*)$/.exec(answer) ?? [];
    if (holder === undefined) return answer;
    const leftNow = Number(await connection.ask('PTTL', LOCK));
    if (leftNow > left) throw locked(connection.shown, holder);
    left = leftNow;
    await sleep(LOOK_AGAIN);
  }
}

/** A failure is passed over: the next append finds out whether the lease still stands. */
async function keepRenewing(
  connection: Connection,
  args: readonly (string | number)[],
  signal: AbortSignal,
): Promise<void> {
  const pause = Number(args[1]) / 3;
  while (!signal.aborted) {
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
    if (!signal.aborted) await connection.ask('EVAL', RENEW, 2, LOCK, META, ...args).catch(() => {});
  }
}

function locked(shown: string, owner: string): JournalError {
  return new JournalError(
    'locked',
    `The journal at ${shown} belongs to ${sayOwner(owner)}. Stop that one first, or give this one a database of its own.`,
  );
}

/** `host:pid:random`, for people. */
export function sayOwner(owner: string): string {
  const [, host, pid] = /^(.*):(\d+):[0-9a-f]+$/.exec(owner) ?? [];
  return host === undefined
    ? 'another barewright daemon'
    : `another barewright daemon (process ${pid} on ${host})`;
}
