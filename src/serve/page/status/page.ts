/** How the daemon itself is: Git, store, services, the sweep, and what runs. */

import type { StatusView } from '../../../model/api.ts';
import { type Content, type Html, html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { type Part, partsOf } from '../parts.ts';
import { problemList } from '../problems.ts';
import { clockTime, fromNow } from '../time.ts';
import { commitLine, count, withCommands } from '../words.ts';
import { policyTable } from './policy.ts';

export function statusPage({ status }: { status(): StatusView }): Page<{ status: StatusView }> {
  return {
    ...{ path: '/status', section: 'status', summary: 'Status of the daemon and its services' },
    model: () => ({ status: status() }),
    view,
  };
}

function view({ status }: { status: StatusView }): View {
  const parts = partsOf(status);
  const bad = parts.filter(({ state }) => state === 'problem').length;
  const { git } = status;
  return {
    title: `${status.site ?? 'barewright'}: status`,
    kind: 'page',
    heading: html`<h1>Status</h1>${verdict(bad)}`,
    main: html`<div class="page" id="status">
      <ul class="parts" id="parts" role="list">${parts.map((part) => partItem(part, status.now))}</ul>
      <div id="git-problems">${git.problems.length > 0 && html`<section class="card" aria-labelledby="git-problems-title"><h2 id="git-problems-title">Problems of the refused commit</h2><div class="card-body">${problemList(git.problems)}</div></section>`}</div>
      <div class="columns" id="status-columns">${siteCard(status)}${daemonCard(status)}${status.policy && policyTable(status.policy)}</div>
      <div id="status-warnings">${status.warnings.length > 0 && html`<section class="card" aria-labelledby="warnings-title"><h2 id="warnings-title">${count(status.warnings.length, 'warning')} in the commit in force</h2><div class="card-body">${problemList(status.warnings)}</div></section>`}</div>
    </div>`,
  };
}

function verdict(bad: number): Html {
  if (bad === 0)
    return html`<p class="verdict" id="verdict"><span class="sign tone-good" aria-hidden="true">✓</span> all parts are well</p>`;
  return html`<p class="verdict tone-warn" id="verdict"><span class="sign" aria-hidden="true">!</span> ${count(bad, 'part')} in trouble</p>`;
}

const SIGNS: Record<Part['state'], [sign: string, tone: string]> = {
  ok: ['✓', 'good'],
  off: ['–', 'soft'],
  busy: ['…', 'busy'],
  problem: ['!', 'warn'],
};

function partItem({ id, name, state, word, message, since, more }: Part, now: number): Html {
  const [sign, tone] = SIGNS[state];
  return html`<li class="part is-${state}" id="part-${id}"><h2>${name} <span class="part-state tone-${tone}"><span class="sign" aria-hidden="true">${sign}</span> ${word}</span></h2>
    <p>${withCommands(message)}</p>
    ${(more || since !== null) && html`<p class="soft">${more}${since !== null && html` since ${fromNow(since, now)}`}</p>`}</li>`;
}

function siteCard(status: StatusView): Html {
  const { inForce, inForceSince, now } = status;
  return card('site', 'Site', [
    ['Name', status.site ?? 'none yet'],
    ['In force', inForce ? html`<span>${commitLine(inForce, now)}</span>` : 'no commit yet'],
    [
      'Since',
      inForceSince === null ? 'never' : html`${clockTime(inForceSince)}, ${fromNow(inForceSince, now)}`,
    ],
    ['Repository', html`<code>${status.repository}</code>`],
    [
      'Branch is at',
      status.git.head === null ? 'not known' : html`<code>${status.git.head.slice(0, 10)}</code>`,
    ],
    ['Nodes', status.nodes],
    ['Wait for approval', status.needApproval],
  ]);
}

function daemonCard(status: StatusView): Html {
  const { version, startedAt, now, bootUrl } = status;
  return card('daemon', 'Daemon', [
    ['Version', html`barewright ${version}`],
    ['Up since', html`${clockTime(startedAt)}, ${fromNow(startedAt, now)}`],
    ['Machines boot from', html`<code>${bootUrl}</code>`],
    ['Metrics', html`<a href="/metrics">/metrics</a> for Prometheus`],
    ['Probes', html`<a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>`],
  ]);
}

function card(id: string, title: string, rows: readonly [string, Content][]): Html {
  return html`<section class="card" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
    <table><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></section>`;
}
