import { type EventFilter, JournalError } from '../model/journal.ts';

export const DEFAULT_LIMIT = 1_000;
/** Reading is synchronous: more than this is read in pages with `after`. */
export const MAX_LIMIT = 10_000;

const MAX_REASONS = 100;
const MAX_NODES = 10_000;

/** Returns the limit in force. Throws `bad-filter` for numbers that no event can have, and for too much at once. */
export function checkFilter(filter: EventFilter): number {
  for (const key of ['since', 'until', 'after', 'before', 'limit'] as const) {
    const value = filter[key];
    if (value !== undefined && !Number.isSafeInteger(value)) {
      throw new JournalError('bad-filter', `"${key}" must be a whole number, not ${value}.`);
    }
  }
  const { limit = DEFAULT_LIMIT } = filter;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw new JournalError(
      'bad-filter',
      `"limit" must be from 1 to ${MAX_LIMIT}; page with "after" for more.`,
    );
  }
  if ((filter.reasons?.length ?? 0) > MAX_REASONS) {
    throw new JournalError('bad-filter', `"reasons" may name ${MAX_REASONS} at most.`);
  }
  if ((filter.nodes?.length ?? 0) > MAX_NODES) {
    throw new JournalError('bad-filter', `"nodes" may name ${MAX_NODES} at most.`);
  }
  return limit;
}
