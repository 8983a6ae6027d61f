/** What the people of a scenario want of their site: the test's own model, made without the product's code. */

import type { NodeText, SiteText } from '../promises/site-text.ts';

type ProfileName = 'base' | 'docker';

export interface NodeWish {
  generation: number;
  /** Null: the pool's. */
  profile: ProfileName | null;
  power: 'on' | 'off';
  isProtected: boolean;
  isPaused: boolean;
}

export interface SiteWish {
  nodes: ReadonlyMap<string, NodeWish>;
  poolProfile: ProfileName;
  /** Each edit of the base profile's packages, and of the stack's script, counts one up. */
  packages: number;
  script: number;
  /** The node whose file is wrong, which makes the commit a bad one. */
  broken: string | null;
}

/** What a scenario's site lets happen at once. */
export interface Limits {
  installsAtOnce: number;
  unavailablePerPool: number | '25%';
  reinstallsPerCommit: number;
  attempts: number;
  softOffGrace: string;
  rollout: { canary: number; haltAfter: number | null };
}

export function firstWish(names: readonly string[]): SiteWish {
  const node: NodeWish = { generation: 1, profile: null, power: 'on', isProtected: false, isPaused: false };
  const nodes = new Map(names.map((name) => [name, { ...node }]));
  return { nodes, poolProfile: 'base', packages: 0, script: 0, broken: null };
}

/** The site with one node changed, put in or (null) taken out. */
export function withNode(site: SiteWish, name: string, change: Partial<NodeWish> | null): SiteWish {
  const nodes = new Map(site.nodes);
  const before = nodes.get(name);
  if (change === null) nodes.delete(name);
  else if (before) nodes.set(name, { ...before, ...change });
  return { ...site, nodes };
}

export function profileOf(site: SiteWish, node: NodeWish): ProfileName {
  return node.profile ?? site.poolProfile;
}

/** The wish as the files of a repository say it. `places` are the addresses of the nodes. */
export function siteText(site: SiteWish, places: readonly NodeText[], limits: Limits): SiteText {
  return {
    nodes: places.flatMap((place) => {
      const wish = site.nodes.get(place.name);
      return wish ? [nodeText(place, wish, site.broken === place.name)] : [];
    }),
    policy: {
      ...limits,
      rollout: rolloutText(limits.rollout),
      ...{ sweepInterval: '1s', reportInterval: '1s', deadlines: DEADLINES },
    },
    packages: [`tool-${site.packages}`],
    stackScript: `#!/bin/sh\necho ${site.script}\n`,
    poolDefaults: `{ install: { profile: ${site.poolProfile} } }`,
    timeouts: '{ install: 1500ms, configure: 3s }',
  };
}

function rolloutText({ canary, haltAfter }: Limits['rollout']): string {
  return haltAfter === null ? `{ canary: ${canary} }` : `{ canary: ${canary}, haltAfter: ${haltAfter} }`;
}

const DEADLINES = '{ arming: 3s, booting: 1500ms, restarting: 1500ms }';

function nodeText(place: NodeText, wish: NodeWish, broken: boolean): NodeText {
  const extra = [
    ...(wish.isProtected ? ['protected: { reason: it holds data }'] : []),
    ...(wish.isPaused ? ['paused: { reason: its fan is replaced }'] : []),
    ...(broken ? ['pwoer: on'] : []),
  ].join('\n  ');
  return {
    ...place,
    generation: wish.generation,
    power: wish.power,
    ...(wish.profile ? { profile: wish.profile } : {}),
    ...(extra ? { extra } : {}),
  };
}
