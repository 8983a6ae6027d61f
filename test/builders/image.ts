/** Builder of declared images. */

import { wishOf } from '../../src/desired/build-image.ts';
import type { DesiredImage } from '../../src/model/desired.ts';

/** A mirror of `docker.io/library/NAME`; tags as they are written. */
export function aMirror(
  name: string,
  tags: string[] = ['1'],
  change: Partial<DesiredImage> & { from?: string; platforms?: string[] } = {},
): DesiredImage {
  const { from = `docker.io/library/${name}`, platforms = [], ...rest } = change;
  const [registry = '', ...path] = from.split('/');
  return {
    name,
    repository: name,
    mirror: { registry, repository: path.join('/'), platforms },
    build: null,
    tags: tags.map(wishOf),
    newest: null,
    requiredBy: [],
    source: { file: `inventory/images/${name}.yaml`, line: 1, column: 1 },
    ...rest,
  };
}

/** Of a repository that has only mirrors. */
export function nothingToBuild(): never {
  throw new Error('nothing is built here');
}
