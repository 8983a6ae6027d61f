/** One node's story: where it is, what it waits for, what comes next, and what it carries. */

import type { NodeView, StatusView } from '../../model/api.ts';
import type { Event } from '../../model/event.ts';
import type { PastInstall } from '../../model/timeline.ts';
import { attempts } from './attempts.ts';
import { attempt, badges } from './cell.ts';
import { type Html, html } from './html.ts';
import { log } from './log.ts';
import { phaseMark, powerMark } from './marks.ts';
import { conditions, facts, install, plan, stacks } from './story-tables.ts';
import { clockTime, fromNow } from './time.ts';
import { givesUp, saying, withCommands } from './words.ts';

/** The heading in the frame; it changes with the phase, so it is part of the fragment. */
export function storyHeading(node: NodeView): Html {
  return html`<h1 id="story-heading">${phaseMark(node.phase)} ${node.name} <span class="pool-of">pool ${node.pool}</span></h1>`;
}

/** Everything but the log. */
export function story(node: NodeView, status: StatusView, installs: readonly PastInstall[]): Html {
  const { now } = status;
  return html`<div id="story" data-now="${now}" data-version="${status.version}" data-last="${status.lastEventId}">
    ${headline(node, now)}
    <div class="columns" id="story-columns">
      ${conditions(node, now)}
      ${install(node, now)}
      ${attempts(installs, now)}
      ${plan(node)}
      ${stacks(node)}
      ${facts(node, now)}
    </div>
  </div>`;
}

export function storyPage(
  node: NodeView,
  status: StatusView,
  installs: readonly PastInstall[],
  events: readonly Event[],
): Html {
  return html`<div class="story-page">${story(node, status, installs)}${log(events, 'Events', { now: status.now, about: node.name, query: `node=${encodeURIComponent(node.name)}` })}</div>`;
}

function headline(node: NodeView, now: number): Html {
  const { phase, phaseSince, next, bmc } = node;
  const said = saying(node);
  return html`<section class="headline in-${phase}" id="headline" aria-label="Now">
    <p class="now"><strong class="phase">${phase}</strong> <span class="since">since ${clockTime(phaseSince)}, ${fromNow(phaseSince, now)}</span>
      ${powerMark(node)}${badges(node)}</p>
    ${said && html`<p class="waits">${withCommands(said)} ${givesUp(node, now)}</p>`}
    ${attempt(node)}
    ${next && html`<p class="next"><span class="label">next</span> ${withCommands(next)}</p>`}
    ${
      bmc?.reachable === false &&
      html`<p class="bmc-lost"><span class="label">BMC</span> ${bmc.message} <span class="since">${bmc.kind}, since ${fromNow(bmc.since, now)}</span></p>`
    }
  </section>`;
}
