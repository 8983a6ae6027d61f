import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../../src/desired/document-cache.ts';
import { resolveSite } from '../../../src/desired/resolve.ts';
import { virtualInventory, virtualMachines } from '../../../src/lab/qemu/inventory.ts';
import { aCommit } from '../../builders/commit.ts';

const SIZE = { firmware: 'uefi', memoryMb: 512, diskGb: 8 } as const;

describe('virtualInventory', () => {
  it('is a valid site that matches the machines', () => {
    const machines = virtualMachines({ ...SIZE, count: 200 });
    const files = virtualInventory(machines, { os: { family: 'debian', release: 'trixie' } });
    const cache = createDocumentCache();
    const tree = [...files.keys()].map((path) => ({ path, blob: path }));
    for (const blob of cache.missing(tree)) cache.add(blob, Buffer.from(files.get(blob) ?? ''));
    const { site, problems } = resolveSite(aCommit('lab'), tree, cache);
    expect(problems).toEqual([]);
    const nodes = [...(site?.nodes.values() ?? [])];
    expect(nodes.map(({ name, bootMac, bmc, firmware }) => [name, bootMac, bmc?.host, firmware])).toEqual(
      machines.map(({ name, mac, bmc, firmware }) => [name, mac, bmc.host, firmware]),
    );
    expect(nodes.at(-1)).toMatchObject({ bootMac: '52:54:00:77:00:c8', bootAddress: '10.77.0.210' });
  });

  it('has no more machines than the bridge has room for', () => {
    for (const count of [0, 201]) expect(() => virtualMachines({ ...SIZE, count })).toThrow('1 to 200');
  });
});
