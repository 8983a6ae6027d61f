/** The delivery figures in tiles, each with what it means. */

import { FIGURE_WORDS } from '../../../model/figure-words.ts';
import type { Figures, Spread } from '../../../model/ledger.ts';
import { sayLong } from '../durations.ts';
import { type Html, html } from '../html.ts';

type Word = keyof typeof FIGURE_WORDS;

interface Tile {
  name: string;
  value: string;
  more: string;
  word: Word;
}

/** `days`: of the period; a rate by the week says nothing of less. */
export function figureTiles(all: Figures, days: number): Html {
  return html`<dl class="figures" id="figures">${tilesOf(all, days).map(
    ({ name, value, more }) =>
      html`<div><dt>${name}</dt><dd><strong>${value}</strong> <span class="soft">${more}</span></dd></div>`,
  )}</dl>`;
}

function tilesOf(all: Figures, days: number): Tile[] {
  const { changes, deployments, failedChanges, unfinished, leadTime, recovery, install, stuck } = all;
  return [
    {
      ...{ name: 'Deployments', value: `${deployments}`, word: 'deployments' },
      more: `${days >= 7 ? `${all.deploymentsPerWeek.toFixed(1)} a week, ` : ''}of ${changes} changes`,
    },
    {
      ...{ name: 'Lead time', value: sayLong(leadTime.median), word: 'leadTime' },
      more: `${p90(leadTime)}${unfinished > 0 ? `; ${unfinished} with machines still to come` : ''}`,
    },
    {
      ...{ name: 'Change failure rate', value: rate(all), word: 'changeFailureRate' },
      more: `${failedChanges} of ${changes}`,
    },
    {
      ...{ name: 'Time to recovery', value: sayLong(recovery.mean), word: 'recovery' },
      more: `mean of ${recovery.count}${stuck > 0 ? `; ${stuck} stuck still` : ''}`,
    },
    {
      ...{ name: 'Install time', value: sayLong(install.median), word: 'install' },
      more: `${p90(install)}, ${all.installs} installs`,
    },
    {
      name: 'Attempts that failed',
      value: `${all.failedAttempts}`,
      more: 'before the one that settled',
      word: 'install',
    },
    { name: 'Configured in place', value: `${all.configured}`, more: 'times', word: 'deployments' },
  ];
}

export function definitions(): Html {
  return html`<details class="card" id="definitions"><summary>What these figures mean</summary><dl class="words">${Object.entries(
    FIGURE_WORDS,
  ).map(
    ([name, words]) => html`<div><dt>${TITLES[name as Word]}</dt><dd>${words}</dd></div>`,
  )}</dl></details>`;
}

const TITLES: Record<Word, string> = {
  change: 'A change',
  deployments: 'Deployments',
  leadTime: 'Lead time',
  changeFailureRate: 'Change failure rate',
  recovery: 'Time to recovery',
  install: 'Install time',
  spread: 'Median and p90',
};

function p90(spread: Spread): string {
  return `median; p90 ${sayLong(spread.p90)}`;
}

export function rate({ changeFailureRate }: Pick<Figures, 'changeFailureRate'>): string {
  return changeFailureRate === null ? '–' : `${Math.round(changeFailureRate * 100)} %`;
}
