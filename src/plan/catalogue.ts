/** What a site has to choose from: pools, profiles and stacks, each with who uses it. */

import type { Profile, Site, Stack } from '../model/desired.ts';

export type CatalogueKind = 'pools' | 'profiles' | 'stacks';

/** Plain objects with a `name`, in the order of their names. */
export function catalogue(site: Site, kind: CatalogueKind): (object & { name: string })[] {
  const nodes = [...site.nodes.values()];
  switch (kind) {
    case 'pools':
      return [...site.pools.values()].map((pool) => ({
        ...pool,
        nodes: nodes.filter((node) => node.pool === pool.name).length,
      }));
    case 'profiles':
      return [...site.profiles.values()].map((profile) => ({
        ...withoutUsers(profile),
        nodes: nodes.filter((node) => node.profile === profile.name).length,
      }));
    case 'stacks':
      return [...site.stacks.values()].map((stack) => stackEntry(stack, site));
  }
}

/** Password hashes are of no use to who chooses a profile. */
function withoutUsers({ users: _, ...profile }: Profile): Omit<Profile, 'users'> {
  return profile;
}

/** Its files are a matter of the nodes that get them. */
function stackEntry({ name, digest, spec, files }: Stack, site: Site) {
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
