/** One node's story: where it is, what it waits for, what comes next, and what it carries. */

import type { NodeView } from '../../../model/api.ts';
import { nodeActions } from '../actions/form.ts';
import type { PageUser } from '../actions/user.ts';
import { attempt, badges } from '../cell.ts';
import { type Html, html } from '../html.ts';
import { powerMark } from '../marks.ts';
import { conditions, facts, install, plan } from '../story-tables.ts';
import { clockTime, fromNow } from '../time.ts';
import { givesUp, needsApproval, saying, withCommands } from '../words.ts';
import { configuration } from './configuration.ts';
import { installStory } from './installs.ts';
import { logTail } from './log-tail.ts';
import type { NodeStory } from './read.ts';

/** Everything but the log. */
export function story(
  { node, status, installs, declaredStacks, installer, knowsRecord }: NodeStory,
  who: PageUser | null,
): Html {
  const { now } = status;
  const actions = nodeActions(node, who);
  const isPressing = node.phase === 'stuck' || needsApproval(node) !== undefined;
  return html`<div id="story" data-now="${now}" data-version="${status.version}" data-last="${status.lastEventId}">
    ${headline(node, now)}
    <div id="story-installs">${installStory(installs, node.name, now)}</div>
    <div class="columns" id="story-columns">
      ${isPressing && actions}
      ${conditions(node, now)}
      ${plan(node)}
      ${logTail(node, installer)}
      ${!isPressing && actions}
      ${install(node, now, knowsRecord)}
      ${configuration(node, declaredStacks)}
      ${facts(node, now)}
    </div>
  </div>`;
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
