/** States for a plan between two commits without a daemon: as if every machine were as the first one says. Pure. */

import type { DesiredNode, Site } from '../model/desired.ts';
import { newNodeState } from '../model/fold.ts';
import type { NodeState } from '../model/node-state.ts';

/** Every node settled, on the install and the power that the site declares; observed at no time. */
export function assumeSettled(site: Site): Map<string, NodeState> {
  const states = new Map<string, NodeState>();
  for (const node of site.nodes.values()) states.set(node.name, settled(node, site));
  return states;
}

function settled(node: DesiredNode, { commit }: Site): NodeState {
  const { name, profile, generation, installDigest, configDigest, power } = node;
  return {
    ...newNodeState(name, { profile, generation }, commit.time),
    phase: 'settled',
    waitingFor: '',
    record: { installId: `assumed-${name}`, profile, generation, installDigest, commit: commit.id },
    known: true,
    configDigest,
    power: power === 'unmanaged' ? 'on' : power,
  };
}
