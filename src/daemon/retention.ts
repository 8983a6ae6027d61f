/** Old events go, a few at a time; what builds and approvals rest on stays (journal/ledger.ts). */

import type { Logger } from 'pino';
import type { Journal } from '../model/journal.ts';
import { repeat } from './loops.ts';

const DAY = 24 * 3600_000;
const PAUSE = 6 * 3600_000;

/** Prunes at the start and every six hours. `keepDays` 0 keeps everything. */
export function startRetention(
  journal: Journal,
  keepDays: number,
  clock: () => number,
  log: Logger,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  const stop = new AbortController();
  async function prune(): Promise<void> {
    if (keepDays === 0) return;
    const gone = await journal.prune(clock() - keepDays * DAY, stop.signal);
    if (gone > 0)
      log.info({ reason: 'Pruned', events: gone }, `${gone} events older than ${keepDays} days removed`);
  }
  const loop = repeat(prune, () => PAUSE, onError);
  return {
    async close() {
      stop.abort();
      await loop.close();
    },
  };
}
