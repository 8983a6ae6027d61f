import { afterEach, describe, expect, it } from 'vitest';
import type { StatusView } from '../../src/model/api.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { aScene, post, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const settled = (s: NodeState) => s.phase === 'settled';
const reinstalled = (s: NodeState) => s.phase === 'settled' && s.record?.generation === 2;

/** Every node of the scene at generation 2. */
const allRaised = () => ({ nodes: scene.text().nodes.map((node) => ({ ...node, generation: 2 })) });

/** Beginnings and ends of installs, in the order of the journal. */
const installs = () =>
  scene
    .journal()
    .read({ reasons: ['AttemptStarted', 'InstallSettled'] })
    .toSorted((a, b) => a.id - b.id)
    .map(({ node, reason }) => `${node} ${reason === 'AttemptStarted' ? 'begins' : 'is settled'}`);

/** What is durable comes a moment after what is so. */
const untilInstalls = (...expected: string[]) =>
  untilTrue(
    () => JSON.stringify(installs()) === JSON.stringify(expected),
    () => installs().join('\n'),
    20_000,
  );

async function statusOf(): Promise<StatusView> {
  return (await fetch(`${scene.daemon().url}/api/v1/status`)).json() as Promise<StatusView>;
}

const guardsOf = async (...names: string[]) => {
  const { actions } = (await (await fetch(`${scene.daemon().url}/api/v1/plan`)).json()) as {
    actions: { node: string; kind: string; hold: { guard: string; why: string } | null }[];
  };
  const held = actions.filter(({ node, kind }) => kind === 'install' && names.includes(node));
  return held.map(({ node, hold }) => `${node} ${hold?.guard ?? 'now'}`);
};

describe('promise 5: blast radius is bounded', () => {
  it('a canary goes first; a rollout that fails halts itself, also over a restart, until a person has approved', async () => {
    const failing = ['n02', 'n03'];
    scene = await aScene({
      count: 5,
      site: {
        policy: {
          ...{ reinstallsPerCommit: 5, installsAtOnce: 1, attempts: 1 },
          rollout: '{ canary: 1, haltAfter: 1 }',
        },
      },
      faults: new Map(failing.map((name) => [name, [{ name: 'installer-fails' }]])),
    });
    await scene.until(settled);
    await scene.commit(allRaised(), 'reinstall all');
    await scene.until(({ phase }) => phase === 'stuck', failing);
    await scene.until(({ waitingFor }) => waitingFor.includes('has halted'), ['n04', 'n05']);
    await untilInstalls('n01 begins', 'n01 is settled', 'n02 begins', 'n03 begins');

    await scene.daemon().close();
    await scene.start();
    let inForce: StatusView['inForce'] = null;
    while (inForce === null) ({ inForce } = await statusOf());
    expect(await guardsOf('n04', 'n05')).toEqual(['n04 halted', 'n05 halted']);
    expect((await statusOf()).halted).toEqual([
      expect.stringContaining('2 nodes failed (n02, n03), rollout.haltAfter is 1'),
    ]);
    const told = scene.journal().read({ reasons: ['RolloutHalted'] });
    expect(told.map(({ message }) => message)).toEqual((await statusOf()).halted);
    expect(scene.wipes().filter((name) => name > 'n03')).toEqual([]);

    const { digest } = (await (await fetch(`${scene.daemon().url}/api/v1/plan`)).json()) as {
      digest: string;
    };
    const answer = await post(scene, '/api/v1/approve', { digest, why: 'those two have bad disks' });
    expect(answer.status).toBe(200);
    await scene.until(reinstalled, ['n04', 'n05']);
    const released = scene.journal().read({ reasons: ['RolloutReleased'] });
    expect(released).toMatchObject([{ data: { pool: 'main', why: expect.stringMatching(/^approved by /) } }]);
    expect(released[0]?.message).toMatch(/^the rollout of \w+ in pool \w+ is halted no more: approved by /);
  });

  it('an install goes on when its window closes, and the next one waits for the next', async () => {
    const DAY = 86_400_000;
    const noon = Math.ceil(Date.now() / DAY) * DAY + DAY / 2;
    let shift = noon + 1000 - Date.now();
    const long = '{ arming: 2h, booting: 2h, restarting: 2h }';
    scene = await aScene({
      count: 2,
      clock: () => Date.now() + shift,
      site: {
        policy: {
          deadlines: long,
          windows: '[{ name: noon, schedule: "0 12 * * *", duration: 1h, allow: [install] }]',
        },
        timeouts: '{ install: 2h, configure: 2h }',
      },
    });
    await scene.until(settled);
    await scene.commit(scene.withNode('n01', { generation: 2 }), 'one');
    await scene.until(({ attempt }) => attempt !== null, ['n01'], 20_000);
    shift += 3_600_000;
    await scene.commit(scene.withNode('n02', { generation: 2 }), 'the other');
    await scene.until(reinstalled, ['n01']);
    await scene.until(({ waitingFor }) => waitingFor.includes('"noon" opens'), ['n02']);
    await untilInstalls('n01 begins', 'n01 is settled');

    shift = noon + DAY - Date.now();
    await scene.until(reinstalled, ['n02']);
    await untilInstalls('n01 begins', 'n01 is settled', 'n02 begins', 'n02 is settled');
  });

  it('nodes are reinstalled in the order in which they depend on each other', async () => {
    scene = await aScene({ count: 3, site: { policy: { reinstallsPerCommit: 3 } } });
    await scene.until(settled);
    const after: Record<string, string> = { n01: 'n02', n02: 'n03' };
    await scene.commit(
      {
        nodes: scene.text().nodes.map((node) => {
          const on = after[node.name];
          return { ...node, generation: 2, ...(on ? { extra: `dependsOn: [node/${on}]` } : {}) };
        }),
      },
      'all of them',
    );
    await scene.until(reinstalled);
    await untilInstalls(...['n03', 'n02', 'n01'].flatMap((name) => [`${name} begins`, `${name} is settled`]));
  });
});
