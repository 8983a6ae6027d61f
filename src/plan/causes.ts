/** Which line of Git is the cause of what a plan says of a node. Pure. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { SourceRef } from '../model/problem.ts';

/** Where what is applied to a node has changed: the file of a stack, the profile that lists it, or what names the profile. */
export function configurationSource(node: DesiredNode, previous: Site | null, site: Site): SourceRef {
  const before = previous?.nodes.get(node.name);
  if (!previous || !before || before.configDigest === node.configDigest) return node.sources.profile;
  if (before.profile !== node.profile) return profileSource(node, previous);
  const uses = site.profiles.get(node.profile)?.stacks ?? [];
  for (const { name } of uses) {
    const file = changedFile(name, previous, site);
    if (file !== null) return { file, line: 1, column: 1 };
  }
  return node.sources.definition;
}

/** Where a node came to its profile. Of one that was moved, the pool that it names is the cause, not what that pool says. */
export function profileSource({ name, pool, sources }: DesiredNode, previous: Site | null): SourceRef {
  const before = previous?.nodes.get(name);
  return before && before.pool !== pool && sources.pool ? sources.pool : sources.profile;
}

/** The first file of a stack that was there before and is another one now; null where none is. */
function changedFile(name: string, previous: Site, site: Site): string | null {
  const [a, b] = [previous.stacks.get(name), site.stacks.get(name)];
  if (!a || !b || a.digest === b.digest) return null;
  const old = new Map(a.files.map(({ path, content }) => [path, content]));
  const changed = b.files.find(({ path, content }) => Buffer.compare(content, old.get(path) ?? EMPTY) !== 0);
  return `profiles/stacks/${name}/${changed?.path ?? 'stack.yaml'}`;
}

const EMPTY = new Uint8Array();
