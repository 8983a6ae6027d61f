import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import { resolveSite } from '../../src/desired/resolve.ts';
import { inventoryFor } from '../../src/lab/inventory.ts';
import { labSpecs, rackFromSite } from '../../src/lab/specs.ts';
import { aCommit } from '../builders/commit.ts';

/** Resolves files as if a commit held them, each path standing for its blob. */
function resolve(files: ReadonlyMap<string, string>) {
  const cache = createDocumentCache();
  const tree = [...files.keys()].map((path) => ({ path, blob: path }));
  for (const blob of cache.missing(tree)) cache.add(blob, Buffer.from(files.get(blob) ?? ''));
  return resolveSite(aCommit('lab'), tree, cache);
}

describe('inventoryFor', () => {
  it('is a valid site that matches the machines of the lab', () => {
    const { site, problems } = resolve(inventoryFor(300));
    expect(problems).toEqual([]);
    const specs = rackFromSite(site?.nodes.values() ?? []);
    expect(specs.map(({ firmware: _, ...spec }) => spec)).toEqual(labSpecs(300));
  });

  it('takes policy, generation, port and account', () => {
    const { site } = resolve(
      inventoryFor(2, {
        policy: { installsAtOnce: 50 },
        generation: 4,
        port: 7000,
        username: 'lab',
        password: { file: 'bmc' },
      }),
    );
    const node = site?.nodes.get('n2');
    expect([site?.policy.installsAtOnce, node?.generation, node?.bmc?.port]).toEqual([50, 4, 7000]);
    expect(site?.credentials.get('lab')).toEqual({ username: 'lab', password: { file: 'bmc' } });
  });
});
