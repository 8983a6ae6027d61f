/** What nodes depend on, from `kind/name`. */

import type { Dependency } from '../model/desired.ts';

/** Of lists that the schema has looked at; each thing once, in the order written. */
export function dependenciesOf(...lists: (readonly string[] | undefined)[]): Dependency[] {
  const written = new Set(lists.flatMap((list) => list ?? []));
  return [...written].flatMap((text) => dependencyOf(text) ?? []);
}

/** Null for a text that the schema has refused. */
export function dependencyOf(text: string): Dependency | null {
  const [kind = '', name = ''] = text.split('/', 2);
  return kind === 'node' || kind === 'pool' || kind === 'image' ? { kind, name } : null;
}
