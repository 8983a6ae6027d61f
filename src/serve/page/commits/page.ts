/** Every commit of the branch that the journal knows: whether it came into force, and what it did to machines. */

import { type CommitStory, STORY_REASONS } from '../../../ledger/commit-story.ts';
import type { History } from '../../../ledger/history.ts';
import type { StatusView } from '../../../model/api.ts';
import type { Journal } from '../../../model/journal.ts';
import { type Ask, addressWith, word } from '../ask.ts';
import { html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { count } from '../words.ts';
import { commitList } from './list.ts';
import { type CommitPage, readCommits } from './read.ts';

export interface CommitsPorts {
  status(): StatusView;
  journal: Pick<Journal, 'read'>;
  /** Of the whole ledger, as of now. */
  history(): Promise<History>;
}

type Commits = CommitPage & { status: StatusView };

const SIZE = 40;

export function commitsPage({ status, journal, history }: CommitsPorts): Page<Commits> {
  return {
    ...{ path: '/commits', section: 'commits', summary: 'Commits, and what each did' },
    async model(ask) {
      const all = await history();
      return { status: status(), ...readCommits(journal, all, placeOf(ask), SIZE) };
    },
    view,
  };
}

/** What is no event's id asks for the newest. */
function placeOf(ask: Ask): number | undefined {
  const before = word(ask, 'before');
  return /^[1-9]\d{0,14}$/.test(before) ? Number(before) : undefined;
}

function view({ status, commits, olderThan }: Commits, ask: Ask): View {
  const refused = commits.filter(({ past }) => past.outcome === 'refused').length;
  const isOlder = placeOf(ask) !== undefined;
  return {
    title: `${status.site ?? 'barewright'}: commits`,
    kind: 'page',
    wakes: STORY_REASONS,
    heading: html`<h1>Commits</h1><p class="soft">${sayHow(commits, refused)}</p>`,
    main: html`<div class="page">
      ${commits.length === 0 ? html`<p class="empty" id="commits">No commit has been in force yet.</p>` : commitList(commits, status.now)}
      <p class="turn">${isOlder && html`<a href="/commits">The newest</a>`}
        ${olderThan !== null && html`<a href="${addressWith(ask, { before: `${olderThan}` })}" rel="next">Older ones</a>`}</p>
    </div>`,
  };
}

function sayHow(commits: readonly CommitStory[], refused: number): string {
  const here = count(commits.length, 'commit');
  return refused === 0 ? `${here}, none refused` : `${here}, ${refused} of them refused`;
}
