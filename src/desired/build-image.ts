/** One resolved image. */

import type { DesiredImage, TagWish } from '../model/desired.ts';
import { parseReference } from '../model/image-reference.ts';
import { buildOf, type Contexts } from './contexts.ts';
import type { Placed } from './gather.ts';

/** Takes an image that has passed every check; throws when it has not. */
export function buildImage(
  { name, spec, file, document }: Placed<'Image'>,
  contexts: Contexts | null,
): DesiredImage {
  const { build, mirror, repository = name, tags, retain, requiredBy = [] } = spec;
  return {
    name,
    repository,
    mirror: mirror ? upstreamOf(mirror) : null,
    build: build ? buildOf(build, contexts) : null,
    tags: tags.map(wishOf),
    newest: retain?.newest ?? null,
    requiredBy,
    source: { file, line: document.marks.self.line, column: document.marks.self.column },
  };
}

/** Tags cannot begin with what a range begins with. */
export function wishOf(written: string): TagWish {
  if (/^[~^<>=]/.test(written)) return { range: written };
  const [tag = '', digest = null] = written.split('@');
  return { tag, digest };
}

function upstreamOf({ from, platforms = [] }: { from: string; platforms?: string[] }) {
  const reference = parseReference(from);
  if (!reference) throw new Error(`mirror ${from} was not checked`);
  const { registry, repository } = reference;
  return { registry, repository, platforms };
}
