import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aScene, post, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

const settled = (s: { phase: string; known: boolean }) => s.phase === 'settled' && s.known;

describe('promise 3: losing the daemon’s state loses no disk', () => {
  it('12 settled nodes are adopted again as they are', async () => {
    scene = await aScene();
    await scene.until(settled);
    await scene.daemon().close();
    rmSync(scene.dataDir, { recursive: true });
    await scene.start();
    await scene.until(settled);
    expect(scene.powerCommands()).toEqual([]);
    expect(scene.wipes()).toEqual([]);
  });

  it('a generation raised while the store was lost is shown, not acted on', async () => {
    scene = await aScene({ count: 3 });
    await scene.until(settled);
    await scene.daemon().close();
    rmSync(scene.dataDir, { recursive: true });
    await scene.commit(scene.withNode('n01', { generation: 2 }), 'raised behind its back');
    await scene.start();
    await scene.until(settled);
    expect(scene.wipes()).toEqual([]);
    const response = await fetch(`${scene.daemon().url}/api/v1/nodes/n01`);
    const node = (await response.json()) as {
      conditions: { type: string; status: string; reason: string }[];
    };
    expect(node.conditions.find(({ type }) => type === 'InstallInSync')).toMatchObject({
      status: 'False',
      reason: 'OtherInstall',
    });
  });

  it('a machine that does not report is held until a person approves, then installed', async () => {
    scene = await aScene({ count: 2, disks: 'blank' });
    await scene.until((s) => s.phase === 'held' && s.power === 'on');
    expect(scene.wipes()).toEqual([]);
    await approve(scene, 'n02');
    await scene.until(settled, ['n02']);
    expect(scene.wipes()).toEqual(['n02']);
    expect(scene.journal().state('n01')?.phase).toBe('held');
  });
});

describe('promise 4: a bad commit changes nothing', () => {
  it('one bad file among 12 keeps the last good commit in force, all problems listed; the fix moves on', async () => {
    scene = await aScene();
    await scene.until(settled);
    const good = scene.journal().facts().acceptedCommit;
    scene.writeIn(
      'inventory/nodes/n05.yaml',
      'apiVersion: barewright.dev/v1\nkind: Node\nmetadata: { name: n05 }\nspec: { pool: mian, pwoer: on, interfaces: [] }\n',
    );
    const bad = await scene.commitAll('two mistakes');
    await untilTrue(
      () => scene.journal().read({ reasons: ['CommitRejected'] }).length === 1,
      () => JSON.stringify(scene.journal().read({ limit: 5 })),
    );
    const [rejected] = scene.journal().read({ reasons: ['CommitRejected'] });
    if (rejected?.reason !== 'CommitRejected') throw new Error('not rejected');
    expect(rejected.commit).toBe(bad);
    expect(rejected.data.problems.length).toBeGreaterThanOrEqual(2);
    expect(new Set(rejected.data.problems.map(({ file }) => file))).toEqual(
      new Set(['inventory/nodes/n05.yaml']),
    );
    expect(scene.journal().facts().acceptedCommit).toBe(good);
    expect(scene.journal().states().size).toBe(12);
    const fixed = await scene.commit(scene.withNode('n05', { generation: 2 }), 'mended, and n05 anew');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n05']);
    expect(scene.journal().facts().acceptedCommit).toBe(fixed);
    expect(scene.wipes()).toEqual(['n05']);
  });

  it('an emptied repository is never taken for "nothing is wanted"', async () => {
    scene = await aScene({ count: 3 });
    await scene.until(settled);
    await scene.git('rm', '-rq', 'inventory', 'profiles');
    await scene.commitAll('oops');
    await untilTrue(
      () => scene.journal().read({ reasons: ['CommitRejected'] }).length === 1,
      () => 'not rejected',
    );
    expect(scene.journal().states().size).toBe(3);
  });

  it('a rewritten history is refused until a person accepts it', async () => {
    scene = await aScene({ count: 3 });
    await scene.until(settled);
    const first = scene.journal().facts().acceptedCommit;
    await scene.git('commit', '-q', '--amend', '-m', 'another past');
    const head = (await scene.git('rev-parse', 'HEAD')).stdout;
    await untilTrue(
      () => scene.journal().read({ reasons: ['HistoryRefused'] }).length === 1,
      () => 'not refused',
    );
    expect(scene.journal().facts().acceptedCommit).toBe(first);
    const answer = await post(scene, '/api/v1/accept-history', { head });
    expect(answer.status).toBe(200);
    expect(scene.journal().facts().acceptedCommit).toBe(head);
  });
});

describe('promise 5: blast radius is bounded', () => {
  it('a pool default that would reinstall 12 is held by the cap until approved', async () => {
    scene = await aScene();
    await scene.until(settled);
    await scene.commit({ poolDefaults: '{ install: { profile: docker } }' }, 'docker for all');
    await scene.until((s) => s.phase === 'held');
    expect(scene.wipes()).toEqual([]);
    const plan = (await (await fetch(`${scene.daemon().url}/api/v1/plan`)).json()) as {
      digest: string;
      totals: Record<string, number>;
    };
    expect(plan.totals['DESTROYS DISK']).toBe(12);
    const stale = await post(scene, '/api/v1/approve', { digest: '0123456789ab' });
    expect(stale.status).toBe(409);
    const answer = await post(scene, '/api/v1/approve', { digest: plan.digest, why: 'planned' });
    expect(answer.status).toBe(200);
    await scene.until((s) => s.phase === 'settled' && s.record?.profile === 'docker');
    expect(scene.wipes().sort()).toEqual(scene.names);
  });

  it('no more installs at once, and no more of a pool unavailable, than the policy says', async () => {
    let most = 0;
    scene = await aScene({
      count: 6,
      site: { policy: { installsAtOnce: 3, unavailablePerPool: 2, reinstallsPerCommit: 6 } },
    });
    await scene.until(settled);
    scene.journal().subscribe(() => {
      const busy = [...scene.journal().states().values()].filter(
        (s) => s.phase !== 'settled' && s.phase !== 'held',
      );
      most = Math.max(most, busy.length);
    });
    await scene.commit({ poolDefaults: '{ install: { profile: docker } }' }, 'docker for all');
    await scene.until((s) => s.phase === 'settled' && s.record?.profile === 'docker');
    expect(most).toBe(2);
  });
});

describe('promise 9: unknown is a value', () => {
  it('a wrong password: one attempt, a clear condition, and recovery when the secret changes', async () => {
    scene = await aScene({ count: 2, site: { credentialFile: 'wrong' } });
    await scene.until((s) => s.bmc?.kind === 'auth');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const refusals = scene.journal().read({ reasons: ['BmcUnreachable'] });
    expect(refusals.map(({ node }) => node).sort()).toEqual(['n01', 'n02']);
    expect(scene.powerCommands()).toEqual([]);
    writeFileSync(join(scene.secretsDir, 'wrong'), 'secret-of-the-scene\n');
    await scene.until(settled);
    await scene.until((s) => s.bmc?.reachable === true);
  });
});

async function approve(scene: Scene, node: string): Promise<void> {
  const answer = await post(scene, `/api/v1/nodes/${node}/approve`, { why: 'new machine' });
  expect(answer.status).toBe(200);
}
