import { afterEach, expect, it } from 'vitest';
import type { Fault } from '../../src/lab/faults.ts';
import { aScene, post, type Scene } from '../promises/scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

it('an account that was mended on the BMC is tried again when a person asks, without a restart', async () => {
  const wrong: Fault = { name: 'wrong-password' };
  scene = await aScene({ count: 2, faults: new Map([['n01', [wrong]]]) });
  await scene.until(({ bmc }) => bmc?.reachable === false, ['n01']);
  await scene.until(({ phase }) => phase === 'settled', ['n02']);
  wrong.until = 0;

  const answers = () => scene.journal().state('n01')?.bmc?.reachable === true;
  for (let tries = 0; tries < 20 && !answers(); tries++) {
    expect((await post(scene, '/api/v1/nodes/n01/reconcile', {})).ok).toBe(true);
  }
  expect(answers()).toBe(true);
  expect(scene.journal().read({ node: 'n01', reasons: ['BmcUnreachable'] })).toHaveLength(1);
});
