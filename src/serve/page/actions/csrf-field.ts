import { type Html, html } from '../html.ts';

/** The secret of the session, sent back with every form. */
export function csrfField(csrf: string): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}">`;
}
