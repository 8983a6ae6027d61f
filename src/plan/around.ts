/** What a node's guards ask of the nodes around it, each answer looked up once. Pure. */

import type { Dependency, DesiredNode, Site } from '../model/desired.ts';
import type { ImageKnowledge } from '../model/images.ts';
import type { NodeState } from '../model/node-state.ts';
import { hasBegun } from '../model/wish.ts';
import { sayNames } from './fold-names.ts';
import { lacksConfiguration, type Need, notReady } from './readiness.ts';
import { missingTag } from './view-images.ts';

export interface Member {
  node: DesiredNode;
  state: NodeState;
}

/** The nodes of one pool that the same is asked of, in the order of their names. */
export interface Rollout {
  /** Are what was asked for, and well. */
  settled: number;
  /** Have begun, and are not. */
  begun: Member[];
  waiting: Member[];
  failed: { name: string; at: number }[];
}

export interface Around {
  /** Why a dependency is not met yet, as the rest of "it waits for …"; null when it is. */
  lacks(dependency: Dependency, need: Need): string | null;
  /** The reinstalls that a commit asked for. */
  installs(pool: string, commit: string): Rollout;
  /** The stacks that nodes are to have applied in place. */
  configurations(pool: string, configDigest: string): Rollout;
}

/** `states` must not change while the answers are used. Without `images`, those that Git declares count as there. */
export function lookAround(
  site: Site,
  states: ReadonlyMap<string, NodeState>,
  images: ImageKnowledge | null,
): Around {
  const answers = new Map<string, string | null>();
  const rollouts = new Map<string, Rollout>();

  function lacks({ kind, name }: Dependency, need: Need): string | null {
    // What the registry has moves by itself.
    if (kind === 'image') return lacksImage(name);
    const key = `${kind}/${name} ${need}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = lacksNodes(kind, name, need);
    answers.set(key, answer);
    return answer;
  }

  function lacksNodes(kind: 'node' | 'pool', name: string, need: Need): string | null {
    const one = site.nodes.get(name);
    const nodes = kind === 'pool' ? membersOf(site, name) : one ? [one] : [];
    const whys = nodes.flatMap((node) => {
      const why = notReady(node, states.get(node.name), need);
      return why === null ? [] : [{ name: node.name, why }];
    });
    const [first] = whys;
    if (!first) return null;
    if (kind === 'node') return `node/${name}, which ${first.why}`;
    const others = whys.slice(1).map((node) => node.name);
    const more = others.length === 0 ? '' : `, and for ${sayNames(others, 4)}`;
    return `pool/${name}: for ${first.name}, which ${first.why}${more}`;
  }

  function lacksImage(name: string): string | null {
    const image = site.images.get(name);
    const missing = image && images && missingTag(image, images);
    return missing ? `image/${name}: ${image.repository}:${missing} is not in the registry yet` : null;
  }

  function members(pool: string): Member[] {
    return membersOf(site, pool).flatMap((node) => {
      const state = states.get(node.name);
      return state ? [{ node, state }] : [];
    });
  }

  function remembered(key: string, make: () => Rollout): Rollout {
    const known = rollouts.get(key);
    if (known) return known;
    const made = make();
    rollouts.set(key, made);
    return made;
  }

  return {
    lacks,
    installs: (pool, commit) =>
      remembered(`install ${pool} ${commit}`, () => installsOf(members(pool), commit)),
    configurations: (pool, digest) =>
      remembered(`configure ${pool} ${digest}`, () => configurationsOf(members(pool), digest)),
  };
}

function installsOf(members: readonly Member[], commit: string): Rollout {
  const wanting = members.filter(({ state: { want } }) => want?.commit === commit && !want.first);
  const done = members.filter(({ state: { want, record } }) => !want && record?.commit === commit);
  const isWell = ({ node, state }: Member) => notReady(node, state, 'settled') === null;
  return {
    settled: done.filter(isWell).length,
    begun: [...done.filter((member) => !isWell(member)), ...wanting.filter(({ state }) => hasBegun(state))],
    waiting: wanting.filter(({ state }) => !hasBegun(state)),
    failed: wanting.flatMap(({ node, state }) =>
      state.failed?.commit === commit ? [{ name: node.name, at: state.failed.at }] : [],
    ),
  };
}

function configurationsOf(members: readonly Member[], digest: string): Rollout {
  const same = members.filter(({ node, state }) => node.configDigest === digest && state.attempt === null);
  const stuck = same.filter(({ state }) => state.phase === 'stuck');
  return {
    settled: same.filter(({ node, state }) => notReady(node, state, 'settled') === null).length,
    begun: [...stuck, ...same.filter(({ state }) => state.phase === 'configuring')],
    waiting: same.filter(({ node, state }) => state.phase === 'settled' && lacksConfiguration(node, state)),
    failed: stuck.map(({ node, state }) => ({ name: node.name, at: state.phaseSince })),
  };
}

const pools = new WeakMap<Site, Map<string, DesiredNode[]>>();

function membersOf(site: Site, pool: string): readonly DesiredNode[] {
  let known = pools.get(site);
  if (!known) {
    known = Map.groupBy(site.nodes.values(), (node) => node.pool);
    pools.set(site, known);
  }
  return known.get(pool) ?? [];
}
