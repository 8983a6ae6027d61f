/** Phase and power as marks that are told apart by letter and shape as well as by colour. */

import type { NodeView } from '../../model/api.ts';
import type { Phase, PowerState } from '../../model/phase.ts';
import { type Html, html } from './html.ts';

const LETTERS: Record<Phase, string> = {
  found: '?',
  settled: '✓',
  held: 'H',
  arming: 'A',
  booting: 'B',
  installing: 'I',
  restarting: 'R',
  configuring: 'C',
  stuck: '!',
};

/** The mark alone; the phase's name must stand beside it for those who do not see it. */
export function phaseMark(phase: Phase): Html {
  return html`<span class="mark is-${phase}" aria-hidden="true">${LETTERS[phase]}</span>`;
}

const POWER_WORDS: Record<PowerState, string> = { on: 'on', off: 'off', unknown: 'unknown' };

/** Filled, hollow or dashed; and the wish beside it where Git wants something else. */
export function powerMark({ power, desired }: Pick<NodeView, 'power' | 'desired'>): Html {
  const drift = power !== 'unknown' && desired.power !== 'unmanaged' && desired.power !== power;
  return html`<span class="power power-${power}${drift && ' drifts'}"><span class="dot" aria-hidden="true"></span><span class="vh">power </span><span class="word">${POWER_WORDS[power]}${drift && ` → ${desired.power}`}</span></span>`;
}
