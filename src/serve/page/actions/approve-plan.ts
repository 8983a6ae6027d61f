/** The word on all that a plan holds: bound to its digest, so that what is approved is what was read. */

import { mayAct } from '../../../model/access.ts';
import type { Plan } from '../../../model/plan.ts';
import { type Html, html } from '../html.ts';
import { csrfField } from './csrf-field.ts';
import { whyField } from './form.ts';
import type { PageUser } from './user.ts';

/** Nothing for who may not, and where nothing waits for it: the groups themselves name the commands. */
export function approvePlanForm({ actions, images, digest }: Plan, who: PageUser | null): Html | null {
  const waits = actions.some(({ hold }) => hold?.needsApproval) || images.some(({ hold }) => hold);
  if (!waits || !mayAct(who, 'operator', null)) return null;
  const disks = actions.filter(
    ({ effect, hold }) => effect === 'DESTROYS DISK' && hold?.needsApproval,
  ).length;
  return html`<form class="inline-form approve" id="approve" method="post" action="/actions/approve">${csrfField(who.csrf)}
    <input type="hidden" name="digest" value="${digest}">${whyField(false)}
    <button type="submit"${disks > 0 && html` class="is-danger"`}>Approve ${digest}${disks > 0 && `: ${disks} ${disks === 1 ? 'disk is' : 'disks are'} lost`}</button></form>`;
}
