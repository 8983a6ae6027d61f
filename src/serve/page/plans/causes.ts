/** Where a change stands in Git, and who made it. */

import type { Cause } from '../../../model/plan.ts';
import { commitsOf, sayPlaces } from '../../../plan/say-age.ts';
import { type Html, html } from '../html.ts';
import { commitLink } from '../names.ts';
import { count } from '../words.ts';

/** Commits named of one group. */
const COMMITS = 3;

/** Nothing where it is observation that moved. */
export function causes({ causes: list }: { causes: readonly Cause[] }): Html | null {
  const places = sayPlaces(list);
  const commits = commitsOf(list);
  if (places === '' && commits.length === 0) return null;
  const more = commits.length - COMMITS;
  return html`<p class="cause">${places !== '' && html`<code>${places}</code>`} ${commits
    .slice(0, COMMITS)
    .map((commit) => html`${commitLink(commit)} <span class="by">${commit.author}</span> `)}${
    more > 0 && `and ${count(more, 'more commit')}`
  }</p>`;
}
