import type { Journal } from '../model/journal.ts';
import { REASONS } from '../model/reasons.ts';
import { isLedger } from './ledger.ts';

const OTHERS = REASONS.filter((reason) => !isLedger(reason));
/** Looked at for a gap. */
const BEFORE = 1_000;

/** The time before which only the ledger is kept, since events were removed; null where none ever was. */
export function removedBefore(journal: Pick<Journal, 'read'>): number | null {
  const [first] = journal.read({ reasons: OTHERS, after: 0, limit: 1 });
  if (!first || first.id === 1) return null;
  // Numbers have no gaps but where events were removed.
  const expected = Math.min(first.id - 1, BEFORE);
  const kept = journal.read({ before: first.id, limit: BEFORE });
  const isWhole = kept.length === expected && kept[0]?.id === first.id - expected;
  return isWhole ? null : first.time;
}
