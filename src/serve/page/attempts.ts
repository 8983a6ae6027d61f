/** The attempts of a node's installs, read out of its events. */

import type { Event, Reason } from '../../model/event.ts';
import { sayLong } from './durations.ts';
import { type Html, html } from './html.ts';
import { commitLink } from './names.ts';
import { section } from './story-tables.ts';
import { fromNow } from './time.ts';

/** The events that an attempt is told by. */
export const ATTEMPT_REASONS: readonly Reason[] = ['AttemptStarted', 'AttemptFailed', 'InstallSettled'];

interface Told {
  n: number;
  at: number;
  what: string;
  change: string;
  commit: string;
  outcome: string;
  tone: 'good' | 'bad' | 'busy';
}

/** A table, the newest first; nothing where no attempt was ever made. Events in ascending order. */
export function attempts(events: readonly Event[], now: number): Html | null {
  const told = attemptsOf(events);
  if (told.length === 0) return null;
  return section(
    'attempts',
    'Attempts',
    html`<table>
    <thead><tr><th scope="col">Attempt</th><th scope="col">Install</th><th scope="col">Outcome</th><th scope="col">Begun</th></tr></thead>
    <tbody>${told.map(
      ({ n, at, what, change, commit, outcome, tone }) => html`<tr>
      <th scope="row" class="num">${n}</th>
      <td>${what}<span class="note">${change}, ${commitLink({ id: commit })}</span></td>
      <td class="tone-${tone}">${outcome}</td>
      <td class="num">${fromNow(at, now)}</td></tr>`,
    )}</tbody></table>`,
  );
}

function attemptsOf(events: readonly Event[]): Told[] {
  const told: Told[] = [];
  for (const event of events) {
    const current = told.at(-1);
    if (event.reason === 'AttemptStarted') {
      const { attempt, target } = event.data;
      const what = `${target.profile}, generation ${target.generation}`;
      const { change, commit } = target;
      told.push({ n: attempt, at: event.time, what, change, commit, outcome: 'under way', tone: 'busy' });
    } else if (event.reason === 'AttemptFailed' && current) {
      Object.assign(current, { outcome: `failed: ${event.data.why}`, tone: 'bad' });
    } else if (event.reason === 'InstallSettled' && current) {
      const took = sayLong(event.data.durationMs);
      Object.assign(current, { outcome: `settled after ${took}`, tone: 'good' });
    }
  }
  return told.reverse();
}
