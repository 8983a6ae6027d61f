/**
 * The ledger's history, kept: what was taken once is not read again. Ledger events are never changed and never pruned, so a kept history and
 * what came since are the same as all of it read anew.
 */

import { setImmediate } from 'node:timers/promises';
import { createHistory, type History } from '../ledger/history.ts';
import { REPORT_REASONS } from '../ledger/reasons.ts';
import type { Journal } from '../model/journal.ts';

/** Read in one go, some 10 ms. */
export const LEDGER_PAGE = 2_000;

export interface LedgerMemory {
  /** As of the journal's last event. It goes on changing: what is handed on is made of it before the next turn. */
  now(): Promise<History>;
}

/** Nothing is read before it is asked for. 100,000 installs take some 35 MB. */
export function createLedgerMemory(journal: Pick<Journal, 'read'>, size = LEDGER_PAGE): LedgerMemory {
  const { history, take } = createHistory();
  let after = 0;

  /** In one turn, so that of two that catch up at a time each takes what the other has not. */
  function takePage(): number {
    const page = journal.read({ reasons: REPORT_REASONS, after, limit: size });
    for (const event of page) {
      after = event.id;
      take(event);
    }
    return page.length;
  }

  return {
    async now() {
      while (takePage() === size) await setImmediate();
      return history;
    },
  };
}
