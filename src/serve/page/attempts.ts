/** The attempts of a node's installs. */

import type { PastAttempt, PastInstall } from '../../model/timeline.ts';
import { sayLong } from './durations.ts';
import { type Html, html } from './html.ts';
import { commitLink } from './names.ts';
import { section } from './story-tables.ts';
import { fromNow } from './time.ts';

/** A table, the newest first; nothing where no attempt was ever made. Installs oldest first. */
export function attempts(installs: readonly PastInstall[], now: number): Html | null {
  const told = installs.flatMap((install) => install.attempts.map((attempt) => ({ install, attempt })));
  if (told.length === 0) return null;
  return section(
    'attempts',
    'Attempts',
    html`<table>
    <thead><tr><th scope="col">Attempt</th><th scope="col">Install</th><th scope="col">Outcome</th><th scope="col">Begun</th></tr></thead>
    <tbody>${told.reverse().map(({ install: { target }, attempt }) => {
      const { profile, generation, change, commit, asked } = target;
      return html`<tr>
      <th scope="row" class="num">${attempt.n}</th>
      <td>${profile}, generation ${generation}<span class="note">${change}, ${commitLink({ id: commit })} ${asked.author}</span></td>
      <td class="tone-${TONES[attempt.outcome]}">${outcome(attempt)}${attempt.evidence.length > 0 && html`<span class="note">${steps(attempt)}</span>`}</td>
      <td class="num">${fromNow(attempt.startedAt, now)}</td></tr>`;
    })}</tbody></table>`,
  );
}

const TONES = { settled: 'good', failed: 'bad', 'under way': 'busy' } as const;

function outcome({ outcome: end, why, startedAt, endedAt }: PastAttempt): string {
  if (end === 'under way' || endedAt === null) return 'under way';
  const took = sayLong(endedAt - startedAt);
  return end === 'settled' ? `settled after ${took}` : `failed after ${took}: ${why}`;
}

/** `boot script fetched after 40 s, answers fetched after 12 s`: each counted from the one before. */
function steps({ evidence, startedAt }: PastAttempt): string {
  return evidence
    .map(({ what, at }, i) => `${what} after ${sayLong(at - (evidence[i - 1]?.at ?? startedAt))}`)
    .join(', ');
}
