/** What a site has to choose from: pools, profiles and stacks, each with who uses it. */

import type { Declared, StackView } from '../model/api.ts';
import type { DesiredNode, Profile, Site, Stack } from '../model/desired.ts';

export type CatalogueKind = Exclude<keyof Declared, 'images'>;

/** In the order of their names. */
export function catalogue<K extends CatalogueKind>(site: Site, kind: K): Declared[K][] {
  return CATALOGUES[kind](site);
}

const CATALOGUES: { [K in CatalogueKind]: (site: Site) => Declared[K][] } = {
  pools: ({ pools, nodes }) =>
    [...pools.values()].map((pool) => ({
      ...pool,
      nodes: countOf(nodes, (node) => node.pool === pool.name),
    })),
  profiles: ({ profiles, nodes }) =>
    [...profiles.values()].map((profile) => ({
      ...withoutUsers(profile),
      nodes: countOf(nodes, (node) => node.profile === profile.name),
    })),
  stacks: (site) => [...site.stacks.values()].map((stack) => stackEntry(stack, site)),
};

function countOf(nodes: Site['nodes'], fits: (node: DesiredNode) => boolean): number {
  return [...nodes.values()].filter(fits).length;
}

/** Password hashes are of no use to who chooses a profile. */
function withoutUsers({ users: _, ...profile }: Profile): Omit<Profile, 'users'> {
  return profile;
}

/** Its files are a matter of the nodes that get them. */
function stackEntry({ name, digest, spec, files }: Stack, site: Site): StackView {
  const profiles = [...site.profiles.values()].filter((profile) =>
    profile.stacks?.some((use) => use.name === name),
  );
  return {
    name,
    digest,
    ...spec,
    files: files.map(({ path }) => path),
    usedBy: profiles.map((profile) => profile.name),
  };
}
