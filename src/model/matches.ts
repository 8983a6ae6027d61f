import type { Event } from './event.ts';
import type { EventFilter } from './journal.ts';
import { hasTerms, termsOf } from './search-text.ts';

/** Made once for many events: those that the filter lets through, whatever its limit. */
export function matcherOf(filter: EventFilter): (event: Event) => boolean {
  const { node, commit, phase, reasons, actor, since, until, after, before, text } = filter;
  const nodes = filter.nodes && new Set(filter.nodes);
  const terms = termsOf(text ?? '');
  return (event) =>
    (node === undefined || event.node === node) &&
    (nodes === undefined || (event.node !== null && nodes.has(event.node))) &&
    (commit === undefined || event.commit?.startsWith(commit) === true) &&
    (phase === undefined || event.phase === phase) &&
    (reasons === undefined || reasons.includes(event.reason)) &&
    (actor === undefined || event.actor === actor) &&
    (since === undefined || event.time >= since) &&
    (until === undefined || event.time <= until) &&
    (after === undefined || event.id > after) &&
    (before === undefined || event.id < before) &&
    (terms.length === 0 || hasTerms(event, terms));
}
