/** A plan for people, grouped as its text and its comment on a pull request are. */

import type { Plan } from '../../../model/plan.ts';
import { sayNames } from '../../../plan/fold-names.ts';
import { dataLoss, type Group, groupActions, isHeld, sayTotals } from '../../../plan/group.ts';
import { sayObserved } from '../../../plan/say-age.ts';
import { type Html, html } from '../html.ts';
import { commitLink, nodeLinks } from '../names.ts';
import { count, withCommands } from '../words.ts';
import { causes } from './causes.ts';
import { heldCard, heldImages } from './held.ts';
import { imageGroups } from './image-groups.ts';

const SECTIONS: readonly [effect: Group['effect'], id: string, title: string][] = [
  ['DESTROYS DISK', 'destroys', 'Reinstall: destroys the disk'],
  ['power', 'power', 'Power'],
  ['in-place', 'in-place', 'Configure in place: keeps the disk'],
  ['files', 'files', 'Files only'],
  ['none', 'none', 'Nothing is done to these'],
];

/** `release`: what is offered for the held ones as a whole. `now` in ms since the epoch. */
export function planView(plan: Plan, now: number, release: Html | null): Html {
  const groups = groupActions(plan.actions);
  const held = groups.filter(isHeld);
  const isEmpty = plan.actions.length + plan.images.length === 0;
  return html`<div id="plan" class="plan-view">
    <div id="plan-about">${about(plan, now)}</div>
    <div id="plan-loss">${loss(plan)}</div>
    <div id="plan-well">${isEmpty && html`<p class="all-well" id="plan-empty"><span class="sign tone-good" aria-hidden="true">✓</span> Nothing to do: the machines are as this commit wants them.</p>`}</div>
    <div id="plan-held">${held.length + heldImages(plan).length > 0 && heldSection(plan, held, release)}</div>
    ${SECTIONS.map(([effect, id, title]) => goingSection(id, title, effect, groups))}
    <div id="plan-images">${imageGroups(plan)}</div>
  </div>`;
}

function about(plan: Plan, now: number): Html {
  const { commit, digest, unverified } = plan;
  const totals = sayTotals(plan);
  return html`<p class="plan-totals">${totals === '' ? 'nothing to do' : totals}</p>
    <p class="plan-of">digest <code class="digest">${digest}</code> of commit ${commitLink(commit)} <span class="subject">${commit.subject}</span>
      <span class="by">${commit.author}</span> <span class="since">${sayObserved(plan, now)}</span></p>
    ${unverified !== undefined && html`<p class="banner tone-bad">As it is, it would be refused: ${unverified}</p>`}`;
}

function loss(plan: Plan): Html {
  const { certain, held } = dataLoss(plan);
  return html`${
    certain.length > 0 &&
    html`<p class="banner tone-bad loss"><strong>Loses all data: ${count(certain.length, 'node')}.</strong> ${sayNames(certain)}</p>`
  }${
    held.length > 0 &&
    html`<p class="banner tone-warn loss"><strong>Would lose all data if released: ${count(held.length, 'node')}.</strong> ${sayNames(held)}</p>`
  }`;
}

function heldSection(plan: Plan, held: readonly Group[], release: Html | null): Html {
  return html`<section class="card is-held-back" id="held" aria-labelledby="held-title"><h2 id="held-title">Held until someone lets it go</h2>
    ${release}
    <ul class="groups" role="list">${held.map((group, index) => heldCard(group, plan.digest, index))}${heldImages(plan)}</ul></section>`;
}

function goingSection(id: string, title: string, effect: Group['effect'], groups: readonly Group[]): Html {
  const going = groups.filter((group) => group.effect === effect && !isHeld(group));
  const section =
    going.length > 0 &&
    html`<section class="card effect-${id}" id="going-${id}" aria-labelledby="going-${id}-title">
      <h2 id="going-${id}-title">${title}</h2>
      <ul class="groups" role="list">${going.map((group, index) => groupItem(group, `${id}-${index}`))}</ul></section>`;
  return html`<div id="plan-${id}">${section}</div>`;
}

function groupItem(group: Group, id: string): Html {
  return html`<li class="group">${nodeLinks(group.nodes, `names-${id}`)}
    <div class="group-said"><p>${group.change}</p>
    ${group.hold && html`<p class="waits-for"><span class="label">waits</span> ${withCommands(group.hold.why)}</p>`}
    ${causes(group)}</div></li>`;
}
