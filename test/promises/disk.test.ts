import { afterEach, describe, expect, it } from 'vitest';
import { aScene, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

describe('promise 2: a disk is lost only on purpose', () => {
  it('a raised generation reinstalls that node and no other', async () => {
    scene = await aScene();
    await scene.until((s) => s.phase === 'settled' && s.known);
    const commit = await scene.commit(scene.withNode('n03', { generation: 2 }), 'n03 anew');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n03']);
    await scene.until((s) => s.phase === 'settled');
    expect(scene.wipes()).toEqual(['n03']);
    expect(scene.journal().state('n03')?.record).toMatchObject({ profile: 'base', generation: 2, commit });
  });

  it('an edited profile and an edited stack reinstall nothing; the stack is applied in place', async () => {
    scene = await aScene();
    await scene.until((s) => s.phase === 'settled' && s.known);
    const before = scene.journal().state('n01')?.configDigest;
    await scene.commit(
      { packages: ['htop'], stackScript: '#!/bin/sh\necho other\n' },
      'other packages and stack',
    );
    await scene.until((s) => s.phase === 'settled' && s.configDigest !== before);
    expect(scene.wipes()).toEqual([]);
    expect(scene.powerCommands()).toEqual([]);
  });

  it('a node whose file is deleted is let go as it is', async () => {
    scene = await aScene({ count: 4 });
    await scene.until((s) => s.phase === 'settled' && s.known);
    await scene.git('rm', '-q', 'inventory/nodes/n04.yaml');
    await scene.commitAll('n04 leaves');
    await scene.until((s) => s.phase === 'settled', ['n01', 'n02', 'n03']);
    await untilTrue(
      () => scene.journal().state('n04') === undefined,
      () => 'n04 is still known',
    );
    expect(scene.powerCommands()).toEqual([]);
    expect(scene.wipes()).toEqual([]);
  });
});
