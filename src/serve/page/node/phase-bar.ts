/** An attempt as a bar: its phases by how long they took, with the evidence that came as marks. In words below. */

import type { PastAttempt } from '../../../model/timeline.ts';
import { sayLong } from '../durations.ts';
import { type Html, html } from '../html.ts';

const HIGH = 10;
const WIDE = 1_000;
/** So that a phase of a second can be seen beside one of an hour. */
const LEAST = 4;

/** Nothing of an attempt that the journal tells no phases of. */
export function phaseBar({ phases, evidence, startedAt, endedAt }: PastAttempt, now: number): Html | null {
  const end = endedAt ?? now;
  const whole = Math.max(1, end - startedAt);
  const at = (time: number) => Math.round(((Math.min(time, end) - startedAt) / whole) * WIDE);
  if (phases.length === 0) return evidenceWords(evidence, startedAt);
  return html`<svg class="phase-bar" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" aria-hidden="true">${phases.map(
    ({ phase, since, until }) =>
      html`<rect class="in-${phase}" x="${at(since)}" y="0" width="${Math.max(LEAST, at(until ?? end) - at(since))}" height="${HIGH}"><title>${phase}: ${sayLong((until ?? end) - since)}</title></rect>`,
  )}${evidence.map(({ what, at: time }) => html`<rect class="evidence" x="${at(time)}" y="0" width="2" height="${HIGH}"><title>${what}</title></rect>`)}</svg>
    <p class="phase-words">${phases.map(
      ({ phase, since, until }, index) =>
        html`${index > 0 && ' → '}<span class="phase-word">${phase} ${until === null && endedAt === null ? 'for ' : ''}${sayLong((until ?? end) - since)}</span>`,
    )}</p>${evidenceWords(evidence, startedAt)}`;
}

/** Each counted from the begin. */
function evidenceWords(evidence: PastAttempt['evidence'], startedAt: number): Html | null {
  if (evidence.length === 0) return null;
  return html`<p class="soft">seen: ${evidence.map(({ what, at }) => `${what} +${sayLong(at - startedAt)}`).join(', ')}</p>`;
}
