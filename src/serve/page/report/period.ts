/** Which period a report is of, and in which spans its charts go. */

import { parseAge } from '../../../desired/duration.ts';
import type { ReportGroup, ReportQuestion } from '../../../model/ledger.ts';
import { type Ask, word } from '../ask.ts';

export const PERIODS = ['7d', '30d', '90d', '365d'] as const;
const DEFAULT = '30d';
const DAY = 86_400_000;
/** More days than these are too thin to be seen beside each other. */
const MOST_DAYS = 45;

export interface Period {
  /** As in the address: `30d`. */
  name: string;
  pool: string;
}

/** What is no age is the default. */
export function periodOf(ask: Ask): Period {
  const name = word(ask, 'period');
  return { name: parseAge(name) === null ? DEFAULT : name, pool: word(ask, 'pool') };
}

/** Ends now, which is its last moment. */
export function questionOf({ name, pool }: Period, now: number): ReportQuestion {
  const age = parseAge(name) ?? 30 * DAY;
  const by: ReportGroup = age <= MOST_DAYS * DAY ? 'day' : 'week';
  return { since: Math.max(0, now - age), until: now + 1, pool: pool === '' ? null : pool, by };
}
