/** One commit: its plan, each install that came of it and how it ended, and what its pull requests had shown. */

import { type CommitStory, STORY_REASONS } from '../../../ledger/commit-story.ts';
import type { StatusView } from '../../../model/api.ts';
import type { LedgerEntry } from '../../../model/ledger.ts';
import { sayAccepted } from '../../../plan/say-accepted.ts';
import { sayAge } from '../../../plan/say-age.ts';
import { type Content, type Html, html } from '../html.ts';
import { nodeLink, nodeLinks } from '../names.ts';
import type { Page, View } from '../page.ts';
import { problemList } from '../problems.ts';
import { clockDay, fromNow } from '../time.ts';
import { count, shortId } from '../words.ts';
import { pulls, verdict } from './list.ts';
import { outcomeOf, sayOutcomes } from './outcomes.ts';
import type { CommitsPorts } from './page.ts';
import { readCommit } from './read.ts';

interface OneCommit {
  status: StatusView;
  commit: CommitStory;
}

const ID = /^[0-9a-f]{7,64}$/;

export function commitPage({ status, journal, history }: CommitsPorts): Page<OneCommit> {
  return {
    ...{ path: '/commits/:id', section: 'commits', summary: 'One commit, and what it did' },
    async model({ params: { id = '' } }) {
      const commit = ID.test(id) ? readCommit(journal, await history(), id) : null;
      return commit && { status: status(), commit };
    },
    view,
    missing: ({ params }) =>
      html`The journal knows of no commit <code>${params['id']}</code> that was in force or refused.`,
  };
}

function view({ status, commit: story }: OneCommit): View {
  const { past, installs, configured, differs } = story;
  const id = past.commit?.id ?? (past.outcome === 'refused' ? past.id : '');
  return {
    title: `${shortId(id)}: ${past.commit?.subject ?? 'rewritten history'}`,
    kind: 'page',
    wakes: STORY_REASONS,
    heading: html`<h1>${past.commit?.subject ?? 'A rewritten history'}</h1> ${verdict(story, status.now)}`,
    main: html`<div class="page" id="commit">
      ${about(story, id, status.now)}
      ${differs !== null && html`<p class="banner tone-warn">${differs}</p>`}
      ${past.outcome === 'refused' && past.problems.length > 0 && html`<section class="card" aria-labelledby="problems-title"><h2 id="problems-title">Problems</h2><div class="card-body">${problemList(past.problems)}</div></section>`}
      ${installs.length > 0 && installTable(installs, status.now)}
      ${
        configured.length > 0 &&
        html`<section class="card" aria-labelledby="configured-title"><h2 id="configured-title">Configured in place</h2><div class="card-body">${nodeLinks(
          configured.map(({ node }) => node),
          'configured-nodes',
        )}</div></section>`
      }
      <p class="turn"><a href="/log?commit=${id}">What the log says of it</a> <a href="/commits">All commits</a></p>
    </div>`,
  };
}

function about(story: CommitStory, id: string, now: number): Html {
  const { past } = story;
  const by =
    past.commit &&
    html`${past.commit.author} <span class="by">${past.commit.email}, ${clockDay(past.commit.time)}</span>`;
  const rows: [string, Content][] = [
    ['Commit', html`<code>${id}</code>`],
    ['Author', by ?? 'not known'],
    ...(past.outcome === 'refused'
      ? ([
          ['Refused', html`${clockDay(past.at)}, ${fromNow(past.at, now)}`],
          ['Why', past.why],
        ] as [string, Content][])
      : ([
          [
            'In force',
            html`${clockDay(past.since)}${past.until === null ? ' until now' : html` to ${clockDay(past.until)} (${sayAge(past.until - past.since)})`}`,
          ],
          ['Pull requests', pulls(story) ?? 'none that had been shown'],
          ['Plan', html`<code class="digest">${past.plan.digest}</code> ${sayAccepted(past.plan)}`],
          ['Installs', story.installs.length === 0 ? 'none' : sayOutcomes(story.installs)],
          ['Nodes then', past.nodes],
        ] as [string, Content][])),
  ];
  return html`<section class="card" id="about" aria-label="About"><table class="facts"><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table></section>`;
}

function installTable(installs: readonly LedgerEntry[], now: number): Html {
  return html`<section class="card" id="installs" aria-labelledby="installs-title"><h2 id="installs-title">${count(installs.length, 'install')}</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="installs-title"><table class="stacks-up">
    <thead><tr><th scope="col">Node</th><th scope="col">Install</th><th scope="col">Outcome</th><th scope="col">Took</th><th scope="col">When</th></tr></thead>
    <tbody>${installs.map((entry) => installRow(entry, now))}</tbody></table></div></section>`;
}

function installRow(entry: LedgerEntry, now: number): Html {
  const { node, profile, generation, change, outcome, why, attempts, durationMs, approvedBy } = entry;
  const at = entry.endedAt ?? entry.startedAt ?? entry.wantedAt;
  return html`<tr><th scope="row">${nodeLink(node)}</th>
    <td data-label="Install">${profile}, generation ${generation}${change !== null && html`<span class="note">${change}</span>`}</td>
    <td data-label="Outcome">${outcomeOf(outcome)}${attempts > 1 && html` <span class="soft">attempt ${attempts}</span>`}${why !== null && html`<span class="note">${why}</span>`}${
      approvedBy !== null && html`<span class="note">approved by ${approvedBy}</span>`
    }</td>
    <td data-label="Took" class="num">${durationMs === null ? '' : sayAge(durationMs)}</td>
    <td data-label="When" class="num">${at !== null && fromNow(at, now)}</td></tr>`;
}
