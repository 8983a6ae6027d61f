/** The branch as a list: each commit, what was decided about it, and what came of it. */

import type { CommitStory } from '../../../ledger/commit-story.ts';
import { sayAccepted } from '../../../plan/say-accepted.ts';
import { sayAge } from '../../../plan/say-age.ts';
import { type Html, html } from '../html.ts';
import { commitLink, nodeLinks } from '../names.ts';
import { clockDay, fromNow } from '../time.ts';
import { count } from '../words.ts';
import { sayOutcomes } from './outcomes.ts';

export function commitList(stories: readonly CommitStory[], now: number): Html {
  return html`<ol class="commits" id="commits" role="list">${stories.map((story) => commitItem(story, now))}</ol>`;
}

function commitItem(story: CommitStory, now: number): Html {
  const { past, installs } = story;
  const id = past.commit?.id ?? (past.outcome === 'refused' ? past.id : '');
  const at = past.outcome === 'refused' ? past.at : past.since;
  const isNow = past.outcome === 'in force' && past.until === null;
  return html`<li class="commit is-${past.outcome === 'refused' ? 'refused' : isNow ? 'current' : 'past'}" id="commit-${id}-${at}">
    <p class="commit-when">${clockDay(at)} <span class="since">${fromNow(at, now)}</span></p>
    <div class="commit-what">
      <p>${verdict(story, now)} ${commitLink({ id })} <strong class="subject">${past.commit?.subject ?? 'a rewritten history'}</strong> <span class="by">${past.commit?.author}</span> ${pulls(story)}</p>
      ${past.outcome === 'refused' ? html`<p class="tone-bad">${past.why}</p>` : html`<p class="soft">${sayAccepted(past.plan)}</p>`}
      ${installs.length > 0 && html`<p class="commit-installs">${sayOutcomes(installs)} ${nodeLinks([...new Set(installs.map(({ node }) => node))], `nodes-${id}`)}</p>`}
      ${story.configured.length > 0 && html`<p class="soft">${count(story.configured.length, 'node')} configured in place</p>`}
      ${story.differs !== null && html`<p class="tone-warn">${story.differs}</p>`}
    </div></li>`;
}

/** In force, was in force for so long, or refused. */
export function verdict({ past }: CommitStory, now: number): Html {
  if (past.outcome === 'refused') return html`<span class="badge tone-bad">✕ refused</span>`;
  const { since, until } = past;
  if (until === null) return html`<span class="badge tone-good">✓ in force</span>`;
  return html`<span class="badge tone-plain">for ${sayAge((until ?? now) - since)}</span>`;
}

export function pulls({ past }: CommitStory): Html | null {
  if (past.outcome === 'refused' || past.pullRequests.length === 0) return null;
  return html`<a class="soft" href="/plans#pull-requests">${past.pullRequests.map((number) => `#${number}`).join(', ')}</a>`;
}
