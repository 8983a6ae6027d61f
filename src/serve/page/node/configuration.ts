/** The stacks of a node: those that its profile declares, in order, each with what the node said of it last. */

import type { NodeView } from '../../../model/api.ts';
import type { StackUse } from '../../../model/site.ts';
import { type Html, html } from '../html.ts';
import { section } from '../story-tables.ts';

/** Nothing where none is declared or reported. */
export function configuration(
  { stacks: reported, desired }: NodeView,
  declared: readonly StackUse[],
): Html | null {
  const others = reported.filter(({ name }) => !declared.some((use) => use.name === name));
  if (declared.length + others.length === 0) return null;
  const rows: StackUse[] = [...declared, ...others.map(({ name }) => ({ name }))];
  return section(
    'stacks',
    `Configuration: stacks of ${desired.profile}`,
    html`<table>
    <thead><tr><th scope="col">Stack</th><th scope="col">State</th><th scope="col">Parameters</th></tr></thead>
    <tbody>${rows.map((use) => {
      const told = reported.find(({ name }) => name === use.name);
      return html`<tr><th scope="row">${use.name}</th>
      <td class="stack-${told?.state ?? 'none'}">${told?.state ?? 'not reported'}${told?.message && html`<span class="note">${told.message}</span>`}</td>
      <td>${parameters(use)}</td></tr>`;
    })}</tbody></table>`,
  );
}

function parameters({ parameters: given = {} }: StackUse): Html {
  return html`${Object.entries(given).map(
    ([name, value]) =>
      html`<span class="parameter"><code>${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}</code></span> `,
  )}`;
}
