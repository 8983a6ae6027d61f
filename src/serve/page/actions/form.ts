/** What can be done, as a form for those who may, and else as the command to run. */

import { mayAct } from '../../../model/access.ts';
import type { NodeView } from '../../../model/api.ts';
import { type Html, html } from '../html.ts';
import { section } from '../story-tables.ts';
import { csrfField } from './csrf-field.ts';
import { type Offer, offersOf } from './offers.ts';
import type { PageUser } from './user.ts';

export function nodeActions(node: NodeView, who: PageUser | null): Html {
  const user = mayAct(who, 'operator', node.pool) ? who : null;
  const base = `/actions/nodes/${encodeURIComponent(node.name)}`;
  return section(
    'actions',
    'Actions',
    html`<ul class="offers" role="list">${offersOf(node).map((offer) => html`<li>${user ? offerForm(offer, base, user) : offerCommand(offer)}</li>`)}</ul>`,
  );
}

function offerCommand({ label, does, command }: Offer): Html {
  return html`<p><strong>${label}</strong> <span class="soft">${does}</span></p><p><code class="command">${command}</code></p>`;
}

function offerForm({ verb, label, does, asks, danger }: Offer, base: string, { csrf }: PageUser): Html {
  return html`<form class="inline-form" method="post" action="${base}/${verb}">${csrfField(csrf)}
    ${asks.map((field) => FIELDS[field](verb))}
    <button type="submit"${danger && html` class="is-danger"`}>${label}</button> <span class="soft">${does}</span></form>`;
}

const FIELDS: Record<Offer['asks'][number], (verb: string) => Html> = {
  why: (verb) => whyField(verb !== 'cycle' && verb !== 'approve'),
  hours: () =>
    html`<label><span class="label">for</span> <input type="number" name="hours" min="0.5" max="168" step="0.5" value="2" required> <span class="label">hours</span></label>`,
  open: () =>
    html`<label><input type="checkbox" name="open" value="yes"> <span class="label">until somebody resumes it, whatever the hours say</span></label>`,
  state: () =>
    html`<label><span class="label">power</span> <select name="state"><option value="off">off</option><option value="on">on</option></select></label>`,
};

/** The journal keeps it beside the name. */
export function whyField(required: boolean): Html {
  return html`<label><span class="label">why</span> <input type="text" name="why" maxlength="200" autocomplete="off"${required && html` required`}></label>`;
}
