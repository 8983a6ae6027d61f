/** What an approval is made of: the same whether a person says it to the daemon or signs it in a commit. Pure. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { Approved } from '../model/operations.ts';
import type { ImageAction, Plan } from '../model/plan.ts';
import { ownRegistry } from '../plan/image-names.ts';
import { pruneApprovals } from './images/approve-prunes.ts';

export interface Word {
  actor: string;
  why: string;
}

/** What an approval released. */
/** Lets a node's install go on; where nothing is wanted of it yet, it is its first. `digest` is the plan's, null for the node alone. */
export function approveInstall(
  { commit }: Site,
  node: DesiredNode,
  isWanted: boolean,
  digest: string | null,
  { actor, why }: Word,
): NewEvent[] {
  const about = { node: node.name, commit: commit.id, actor };
  const wanted: NewEvent = {
    ...about,
    reason: 'InstallWanted',
    message: `first install wanted: ${node.profile}, generation ${node.generation}`,
    data: {
      target: {
        profile: node.profile,
        generation: node.generation,
        commit: commit.id,
        asked: commit,
        cause: node.sources.node,
        change: `first install of ${node.profile}`,
        together: 1,
        first: true,
      },
    },
  };
  const approved: NewEvent = {
    ...about,
    reason: 'InstallApproved',
    message: `install approved by ${actor}${why ? `: ${why}` : ''}`,
    data: { digest, why },
  };
  return isWanted ? [approved] : [wanted, approved];
}

/** All that the plan holds for approval; null where that is nothing. */
export function approvePlan(
  site: Site,
  plan: Plan,
  isWanted: (node: string) => boolean,
  word: Word,
): { approved: Approved; events: NewEvent[] } | null {
  const { digest } = plan;
  const nodes = plan.actions.flatMap(({ kind, hold, node }) =>
    kind === 'install' && hold?.needsApproval ? (site.nodes.get(node) ?? []) : [],
  );
  const { actor, why } = word;
  const prunes = pruneApprovals(plan, ownRegistry(site) ?? '', actor, why);
  if (nodes.length + prunes.length === 0) return null;
  const names = nodes.map(({ name }) => name);
  const said: NewEvent = {
    ...{ node: null, commit: plan.commit.id, actor, reason: 'PlanApproved' },
    message: `plan ${digest} approved by ${actor}: ${sayCounts(nodes.length, prunes.length)}${why ? `: ${why}` : ''}`,
    data: { digest, nodes: names, why },
  };
  const installs = nodes.flatMap((node) => approveInstall(site, node, isWanted(node.name), digest, word));
  return {
    approved: { nodes: names, tags: plan.images.flatMap(heldTag) },
    events: [said, ...installs, ...prunes],
  };
}

function heldTag({ repository, tag, hold, digest }: ImageAction): string[] {
  return hold !== null && digest !== null ? [`${repository}:${tag}`] : [];
}

function sayCounts(nodes: number, tags: number): string {
  const said = [`${nodes} node${nodes === 1 ? '' : 's'}`, `${tags} tag${tags === 1 ? '' : 's'}`];
  return said.slice(nodes === 0 ? 1 : 0, tags === 0 ? 1 : 2).join(', ');
}
