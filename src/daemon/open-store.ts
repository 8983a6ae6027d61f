/** The journal's store: a file of the data directory, or Redis. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { openSqliteJournal } from '../journal/sqlite.ts';
import { type Journal, JournalError } from '../model/journal.ts';
import { journalFiles } from './data-dir.ts';
import { createSecrets } from './secrets.ts';
import type { DaemonSettings, StoreSettings } from './settings.ts';

/** Rejects with a JournalError that says what to do. */
export async function openStore(
  settings: Pick<DaemonSettings, 'store' | 'dataDir' | 'env'>,
  clock: () => number,
  log: Pick<Logger, 'info'>,
): Promise<Journal> {
  const { store, dataDir, env } = settings;
  const { own, copy } = journalFiles(dataDir);
  if (!store) {
    if (existsSync(copy)) throw belongsToRedis(own, copy);
    const say = (text: string) => log.info({ reason: 'StoreForward' }, text);
    return openSqliteJournal({ file: own, clock, say });
  }
  const { openRedisJournal } = await import('../journal/redis/redis.ts');
  const { address, trusted } = store;
  const access = { address, ...(await secretsOf(store, env)) };
  return openRedisJournal({ access, copyFile: copy, clock, trusted });
}

async function secretsOf(
  { address, password, caFile }: StoreSettings,
  env: NodeJS.ProcessEnv,
): Promise<{ password: string | null; ca: string | null }> {
  try {
    return {
      password: password && (await createSecrets('/', env).read(password)),
      ca: caFile === null ? null : await readFile(caFile, 'utf8'),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new JournalError(
      'unavailable',
      `What opens the journal at ${address.shown} cannot be read: ${why}.`,
      {
        cause: error,
      },
    );
  }
}

/** An older journal that was left here would have installs done again that Redis knows of. */
function belongsToRedis(own: string, copy: string): JournalError {
  return new JournalError(
    'unavailable',
    `The journal of this data directory is in Redis: ${copy} is a copy of it. Start with --store, as before. To leave Redis, ` +
      `remove that copy and ${own}, if it is there: the nodes are then found anew and adopted from their own reports, and no disk is touched.`,
  );
}
