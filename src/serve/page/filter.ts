/** Which nodes are shown: from the address, so that a filtered rack can be linked, and works without JavaScript. */

import type { NodeView } from '../../model/api.ts';
import { PHASES } from '../../model/phase.ts';
import { type Html, html } from './html.ts';
import { badgeWords } from './words.ts';

export interface Filter {
  text: string;
  pool: string;
  phase: string;
  /** What stands together: the nodes of a pool, or those whose label `rack` is the same. */
  by: 'pool' | 'rack';
}

export const NO_FILTER: Filter = { text: '', pool: '', phase: '', by: 'pool' };

/** Reads `?q=&pool=&phase=&by=`; what is not understood filters nothing. */
export function filterOf(query: Record<string, unknown>): Filter {
  const word = (value: unknown) => (typeof value === 'string' ? value.slice(0, 200) : '');
  const phase = word(query['phase']);
  return {
    text: word(query['q']),
    pool: word(query['pool']),
    phase: PHASES.some((known) => known === phase) ? phase : '',
    by: query['by'] === 'rack' ? 'rack' : 'pool',
  };
}

/** What the text is looked for in; `assets/filter.js` compares in the same way. */
export function searchText(node: NodeView): string {
  const { name, pool, labels, desired, phase, power, facts } = node;
  const words = [name, pool, desired.profile, phase, power, desired.address ?? '', desired.mac];
  const tags = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const marks = Object.entries(facts).flatMap(([key, value]) => (UNIQUE.test(key) ? [value] : []));
  const badges = badgeWords(node).map(([word]) => word);
  return [...words, desired.bmc ?? '', ...tags, ...marks, ...badges].join(' ').toLowerCase();
}

/** Facts that tell one machine from all others, as they stand on its label or in a ticket. */
const UNIQUE = /serial|uuid|asset|machineid|^nic\./i;

export function isShown(node: NodeView, { text, pool, phase }: Filter): boolean {
  if ((pool !== '' && node.pool !== pool) || (phase !== '' && node.phase !== phase)) return false;
  if (text === '') return true;
  const found = searchText(node);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => found.includes(word));
}

/** A filter as a link that turns it on, or off when it is on. */
export function filterLink(key: 'pool' | 'phase', value: string, filter: Filter, label: Html): Html {
  const on = filter[key] === value;
  const target = hrefOf({ ...filter, [key]: on ? '' : value });
  return html`<a class="chip" href="${target}" data-filter="${key}" data-value="${value}" aria-current="${
    on ? 'true' : 'false'
  }">${label}</a>`;
}

export function hrefOf({ text, pool, phase, by }: Filter): string {
  const query = new URLSearchParams();
  if (text) query.set('q', text);
  if (pool) query.set('pool', pool);
  if (phase) query.set('phase', phase);
  if (by === 'rack') query.set('by', by);
  return query.size > 0 ? `/?${query}` : '/';
}
