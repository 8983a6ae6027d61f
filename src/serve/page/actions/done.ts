/** What a page says after something was done there. The address only names it: no text of it is shown. */

import { type Html, html } from '../html.ts';

const SAYS: Readonly<Record<string, string>> = {
  approve: 'Approved. The install goes as soon as no other guard keeps it.',
  retry: 'It tries again.',
  pause: 'Paused: nothing is done to it until the pause ends.',
  resume: 'Resumed.',
  cycle: 'A power cycle is asked for.',
  'power-hold': 'Its power is held.',
  'power-release': 'Git’s word on its power counts again.',
  reconcile: 'Looked at.',
};

export function doneLine(query: Readonly<Record<string, unknown>>): Html | null {
  const done = query['done'];
  const says = typeof done === 'string' && Object.hasOwn(SAYS, done) ? SAYS[done] : undefined;
  return says === undefined
    ? null
    : html`<p class="banner tone-done" id="done" role="status"><span class="sign tone-good" aria-hidden="true">✓</span> ${says} The log below tells what follows.</p>`;
}
