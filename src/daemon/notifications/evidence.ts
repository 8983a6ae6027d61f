/** Whether a trouble is over, by what is so now rather than by the event that ought to say it. */

import type { ImageView, StatusView } from '../../model/api.ts';
import type { Site } from '../../model/desired.ts';
import type { NodeState } from '../../model/node-state.ts';
import type { Group } from '../../model/notifications.ts';
import { haltedRollout } from '../../notify/classify.ts';

export interface Evidence {
  site: Site;
  state(node: string): NodeState | undefined;
  status(): StatusView;
  images(): ImageView[];
}

/** What is not known yet, as after a start, ends nothing. */
export function isOver({ reason }: Group, member: string, seen: Evidence): boolean {
  switch (reason) {
    case 'BmcUnreachable':
      return seen.site.nodes.get(member)?.bmc == null || seen.state(member)?.bmc?.reachable !== false;
    case 'Stuck':
      return !seen.site.nodes.has(member) || isSettled(seen.state(member));
    case 'CommitRejected':
    case 'CommitUnverified':
    case 'HistoryRefused':
      return seen.status().git.state === 'ok';
    case 'GitUnreachable':
      return !['unreachable', 'starting'].includes(seen.status().git.state);
    case 'DhcpProblem':
      return isWell(seen.status().dhcp);
    case 'RegistryProblem':
      return isWell(seen.status().registry);
    case 'WebhookProblem':
      return isWell(seen.status().webhooks);
    case 'ReviewProblem':
      // It is off for a moment after a start, too.
      return seen.site.review?.forge == null || seen.status().review.state === 'ok';
    case 'RolloutHalted':
      return !seen.status().halted.some((why) => haltedRollout(why) === member);
    case 'ImageProblem':
    case 'ImageBuildFailed':
      return areImagesWell(seen.images(), member);
    default:
      return true;
  }
}

function isSettled(state: NodeState | undefined): boolean {
  return state === undefined || (state.phase === 'settled' && state.stuck === null);
}

function isWell({ state }: { state: string }): boolean {
  return state === 'ok' || state === 'off' || state === 'collecting';
}

/** The empty name stands for all of them. */
function areImagesWell(views: readonly ImageView[], name: string): boolean {
  const about = name === '' ? views : views.filter((view) => view.name === name);
  return about.every(({ state }) => state === 'ok' || state === 'off');
}
