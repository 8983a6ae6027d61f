import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCopier } from '../../src/registry/copy.ts';
import { aRegistry } from './a-registry.ts';
import { aSmallDisk } from './a-small-disk.ts';
import { anImage, push } from './an-image.ts';
import { failure } from './failure.ts';

const MB = 2 ** 20;

describe('a registry whose disk is full', () => {
  it('says so, and after some is freed the copy goes on', async () => {
    const disk = aSmallDisk(8);
    const image = anImage({ sizes: [6 * MB] });
    const [source, target] = [await aRegistry(), await aRegistry({ storage: join(disk, 'data') })];
    await push(source.client().repository('app'), '1', image);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(4 * MB));
    const stores = { source: source.client().repository('app'), target: target.client().repository('app') };
    const copy = () => createCopier().copy({ ...stores, reference: '1', tag: '1' });
    expect((await failure(copy()))[0]).toBe('no-space');
    expect(await stores.target.head('1')).toBeNull();

    rmSync(join(disk, 'ballast'));
    // A registry sweeps out what is left of a broken upload only after days (`uploadpurging`), and cancels none that broke.
    rmSync(join(disk, 'data/docker/registry/v2/repositories/app/_uploads'), { recursive: true });
    expect((await copy()).digest).toBe(image.manifest.digest);
  });
});
