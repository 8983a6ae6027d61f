import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { aScene, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

describe('promise 1: the plan is the apply', () => {
  it('what a branch shows is what its merge does, digest for digest and disk for disk', async () => {
    scene = await aScene({ count: 6 });
    await scene.until((s) => s.phase === 'settled' && s.known);
    await scene.git('switch', '-q', '-c', 'change');
    const text = scene.withNode('n02', { generation: 2 }).nodes ?? [];
    const nodes = text.map((node) => (node.name === 'n05' ? { ...node, power: 'off' as const } : node));
    await scene.commit({ nodes, stackScript: '#!/bin/sh\necho new\n' }, 'n02 anew, n05 off, stacks');
    const preview = (await (await fetch(`${scene.daemon().url}/api/v1/plan?to=change`)).json()) as Plan;
    expect(scene.journal().read({ reasons: ['CommitAccepted'] })).toHaveLength(1);
    expect(kinds(preview)).toEqual({
      n01: 'configure',
      n02: 'install',
      n03: 'configure',
      n04: 'configure',
      n05: 'power-off',
      n06: 'configure',
    });

    await scene.git('switch', '-q', 'main');
    await scene.git('merge', '-q', '--no-ff', '-m', 'Merge change', 'change');
    await untilTrue(
      () => scene.journal().read({ reasons: ['CommitAccepted'] }).length === 2,
      () => 'the merge is not in force',
    );
    const accepted = scene
      .journal()
      .read({ reasons: ['CommitAccepted'] })
      .at(-1);
    if (accepted?.reason !== 'CommitAccepted') throw new Error('not accepted');
    expect(accepted.data.plan).toEqual({ digest: preview.digest, totals: preview.totals, held: 0 });
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n02']);
    await scene.until((s) => s.power === 'off', ['n05']);
    expect(scene.wipes()).toEqual(['n02']);
    expect(new Set(scene.powerCommands())).toEqual(new Set(['n02', 'n05']));
  });
});

/** The most costly action of each node. */
function kinds({ actions }: Plan): Record<string, string> {
  return Object.fromEntries(actions.toReversed().map(({ node, kind }) => [node, kind]));
}
