import type { Journal } from '../../model/journal.ts';
import { createJournal } from '../journal.ts';
import { catchUp } from './catch-up.ts';
import { connectRedis, type RedisAccess } from './connection.ts';
import { type Copy, openCopy } from './copy.ts';
import { checkDurability } from './durability.ts';
import { type Lease, takeLease } from './lease.ts';
import { checkKeys, loadRedis } from './load.ts';
import { createRedisStore } from './store.ts';

export interface RedisJournalOptions {
  access: Omit<RedisAccess, 'patience'> & Partial<Pick<RedisAccess, 'patience'>>;
  /** Where the copy lies; made if it is not there, its directory must be. */
  copyFile: string;
  /** ms since the epoch. */
  clock: () => number;
  /** Somebody promises that the server keeps what it acknowledges: its settings are not looked at. */
  trusted?: boolean;
  /** How long the store stays locked after its writer was killed, ms. */
  ttl?: number;
}

const PATIENCE = 30_000;
const TTL = 10_000;

/**
 * Opens the journal for the one daemon that writes it. Rejects with a JournalError: `locked`, `newer-schema`, `corrupt` or
 * `unavailable` (which is also a Redis that would lose events); in each case the events are left as they were.
 */
export async function openRedisJournal(options: RedisJournalOptions): Promise<Journal> {
  const { copyFile, clock, trusted = false, ttl = TTL } = options;
  const access = { patience: PATIENCE, ...options.access };
  const connection = await connectRedis(access, (again) => checkDurability(again, trusted));
  let lease: Lease | undefined;
  let copy: Copy | undefined;
  try {
    await checkDurability(connection, trusted);
    await checkKeys(connection);
    lease = await takeLease(connection, ttl);
    const loaded = await loadRedis(connection);
    copy = openCopy(copyFile, loaded.store);
    await catchUp(copy, connection, loaded.lastId);
    copy.replaceStates(loaded);
    return createJournal(createRedisStore(connection, lease, copy, loaded.lastId), loaded, clock);
  } catch (error) {
    copy?.close();
    await lease?.release();
    await connection.close();
    throw error;
  }
}
