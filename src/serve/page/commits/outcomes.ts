/** How installs ended, counted. */

import type { LedgerEntry, LedgerOutcome } from '../../../model/ledger.ts';
import { type Html, html } from '../html.ts';

const TONES: Record<LedgerOutcome, string> = {
  settled: 'good',
  stuck: 'bad',
  'under way': 'busy',
  waiting: 'warn',
  dropped: 'soft',
  adopted: 'soft',
};

/** Those that need someone first. */
const ORDER: readonly LedgerOutcome[] = ['stuck', 'waiting', 'under way', 'settled', 'dropped', 'adopted'];

/** `1 stuck, 2 settled`. */
export function sayOutcomes(installs: readonly LedgerEntry[]): Html {
  const counted = ORDER.flatMap((outcome) => {
    const n = installs.filter((entry) => entry.outcome === outcome).length;
    return n === 0 ? [] : [html`<span class="outcome">${outcomeOf(outcome, `${n} ${outcome}`)}</span>`];
  });
  return html`<span class="outcomes">${counted}</span>`;
}

export function outcomeOf(outcome: LedgerOutcome, text: string = outcome): Html {
  return html`<span class="tone-${TONES[outcome]}">${text}</span>`;
}
