/** What happened to the nodes that a breach is about: deeds, faults, journal and machine in one line of time. */

import type { HistoryEntry } from '../../src/lab/history.ts';
import { happeningLine } from '../../src/lab/tally.ts';
import type { Plot } from './draw.ts';
import type { Breach, Evidence } from './evidence.ts';
import type { People } from './people.ts';

interface Parts {
  breaches: readonly Breach[];
  /** ms since the epoch. */
  began: number;
  plot: Plot;
  people: Pick<People, 'said'>;
  evidence: Evidence;
}

/** Several lines; the breaches first, and last again: what is kept of a long output is often its end. */
export function tellStory({ breaches, began, plot, people, evidence }: Parts): string {
  const names = [...new Set(breaches.flatMap(({ node }) => node ?? []))].slice(0, 3);
  const said = breaches.map(sayBreach);
  return [
    ...said,
    `limits: ${JSON.stringify(plot.limits)}`,
    'people:',
    ...people.said.map((line) => `  ${line}`),
    ...names.flatMap((name) => [
      `${name}, faults: ${JSON.stringify(plot.faults.get(name) ?? [])}`,
      ...storyOf(name, began, evidence),
    ]),
    ...(names.length === 0 ? ['site:', ...storyOf(null, began, evidence)] : []),
    ...said,
  ].join('\n');
}

function sayBreach({ promise, node, text }: Breach): string {
  return `promise ${promise}: ${node ? `${node} ` : ''}${text}`;
}

function storyOf(name: string | null, began: number, { events, histories }: Evidence): string[] {
  const journal = events
    .filter(({ node, reason }) => node === name || (node === null && reason !== 'BootRefused'))
    .map(({ id, time, reason, message }) => ({ at: time, text: `#${id} ${reason}: ${message}` }));
  const machine = (name === null ? [] : (histories.get(name) ?? [])).map((entry: HistoryEntry) => ({
    at: entry.at,
    text: `    ${happeningLine('machine', entry)}`,
  }));
  return [...journal, ...machine]
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `  ${String(at - began).padStart(6)} ms  ${text}`);
}
