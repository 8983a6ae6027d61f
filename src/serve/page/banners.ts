/** What needs someone, put where it cannot be overlooked, with the command that helps. */

import type { NodeView, StatusView } from '../../model/api.ts';
import type { Commit } from '../../model/desired.ts';
import { type Html, html } from './html.ts';
import { problemList } from './problems.ts';
import { fromNow } from './time.ts';
import { commitLine, count, needsApproval, shortId, withCommands } from './words.ts';

/** Problems that leave the rack in sight. */
const BESIDE_THE_RACK = 2;

/** `refused` is the newest refused commit, when the journal still knows it. */
export function banners(status: StatusView, nodes: readonly NodeView[], refused: Commit | null): Html[] {
  const { dhcp, registry, webhooks, now } = status;
  return [
    gitBanner(status, refused),
    serviceBanner('dhcp-banner', 'DHCP is not as the inventory wants it', dhcp, now),
    serviceBanner('registry-banner', 'The registry does not answer', registry, now),
    serviceBanner('webhooks-banner', 'Webhooks are not heard', webhooks, now),
    haltedBanner(status),
    approvalBanner(nodes),
    warnings(status),
  ].flatMap((one) => one ?? []);
}

function gitBanner(status: StatusView, refused: Commit | null): Html | null {
  const { git, inForce, now } = status;
  const stays = inForce
    ? html`<code>${shortId(inForce.id)}</code> stays in force.`
    : 'No commit is in force.';
  switch (git.state) {
    case 'bad-commit': {
      const errors = git.problems.filter(({ severity }) => severity === 'error').length;
      const title = `A commit was refused: ${count(errors, 'problem')}`;
      const which =
        refused && refused.id === git.head
          ? commitLine(refused, now)
          : html`<code>${shortId(git.head ?? '')}</code>`;
      return banner('git-banner', 'bad', title, [
        html`<p>${which}</p><p>${stays} Nothing of the refused commit is applied; mend it and push again.</p>`,
        git.problems.length === 0 ? html`<p>${git.message}</p>` : problemList(git.problems, BESIDE_THE_RACK),
      ]);
    }
    case 'unverified':
      return banner('git-banner', 'bad', 'A commit was refused: no listed key vouches for it', [
        html`<p>${git.message}</p><p>${stays}</p>`,
      ]);
    case 'rewritten':
      return banner('git-banner', 'bad', 'The branch was rewritten', [
        html`<p>${withCommands(git.message)}</p>`,
      ]);
    case 'unreachable':
      return banner('git-banner', 'warn', 'The repository cannot be read', [
        html`<p>${git.message} <span class="since">since ${fromNow(git.since, now)}</span></p><p>${stays}</p>`,
      ]);
    default:
      return null;
  }
}

function serviceBanner(
  id: string,
  title: string,
  { state, message, since }: StatusView['dhcp' | 'registry' | 'webhooks'],
  now: number,
): Html | null {
  if (state !== 'problem') return null;
  return banner(id, 'warn', title, [
    html`<p>${message} <span class="since">since ${fromNow(since, now)}</span></p>`,
  ]);
}

function haltedBanner({ halted }: StatusView): Html | null {
  if (halted.length === 0) return null;
  const title = halted.length === 1 ? 'A rollout has halted' : `${halted.length} rollouts have halted`;
  const said = halted.map((why) => html`<p>${withCommands(why)}</p>`);
  return banner('halted-banner', 'bad', title, said);
}

/** More names than these do not help. */
const NAMED = 6;

function approvalBanner(nodes: readonly NodeView[]): Html | null {
  const waiting = nodes.flatMap((node) => {
    const why = needsApproval(node)?.hold?.why;
    return why === undefined ? [] : [{ name: node.name, why: why.replaceAll(node.name, 'NODE') }];
  });
  if (waiting.length === 0) return null;
  const groups = [...Map.groupBy(waiting, ({ why }) => why)];
  return banner(
    'approval-banner',
    'warn',
    waiting.length === 1 ? '1 node waits for an approval' : `${waiting.length} nodes wait for an approval`,
    groups.map(([why, members]) =>
      approvalGroup(
        why,
        members.map(({ name }) => name),
      ),
    ),
  );
}

function approvalGroup(why: string, names: readonly string[]): Html {
  const [first = ''] = names;
  return html`<div class="approval">
    <p class="names">${names.slice(0, NAMED).map((name) => html`<a href="/nodes/${encodeURIComponent(name)}">${name}</a> `)}${
      names.length > NAMED && `and ${names.length - NAMED} more`
    }</p>
    <div class="release"><p class="why">${names.length === 1 ? why.replaceAll('NODE', first) : why}</p>
      <p class="commands"><code>barewright approve ${first}</code>${
        names.length > 1 && html` <span>or all by the <a href="/plans">plan</a></span>`
      }</p></div>
  </div>`;
}

function warnings({ warnings: list }: StatusView): Html | null {
  if (list.length === 0) return null;
  return html`<details class="banner tone-plain" id="warnings"><summary>${count(list.length, 'warning')} in the commit in force</summary>
    ${problemList(list)}</details>`;
}

function banner(id: string, tone: 'bad' | 'warn', title: string, body: readonly Html[]): Html {
  return html`<section class="banner tone-${tone}" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>${body}</section>`;
}
