import { afterEach, describe, expect, it } from 'vitest';
import { cli } from '../cli/a-context.ts';
import { GIT_ENV } from './repository.ts';
import { aScene, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

function run(...argv: string[]) {
  const env = { ...process.env, ...GIT_ENV, USER: 'ada', BAREWRIGHT_DATA: scene.dataDir };
  return cli(argv, { cwd: scene.repository, env, now: Date.now });
}

const accepted = () => scene.journal().read({ reasons: ['CommitAccepted'] });
const generation = async () => (await scene.git('grep', '-h', 'generation:', 'HEAD', '--', '*n02*')).stdout;

describe('a site changed by command, while its daemon runs', () => {
  it('promise 1: the plan that a command shows is what its commit does; and promise 2: there and back', async () => {
    scene = await aScene({ count: 3 });
    await scene.until((s) => s.phase === 'settled' && s.known);

    const install = await run('install', 'n02');
    expect(install).toMatchObject({ code: 0, stderr: '' });
    const digest = /digest ([0-9a-f]{12}) .*\(observed \d+ s ago\)/.exec(install.stdout)?.[1];
    await untilTrue(
      () => accepted().length === 2,
      () => 'the commit is not in force',
    );
    expect(accepted().at(-1)?.data).toMatchObject({ plan: { digest } });
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n02']);

    const back = await run('rollback', 'HEAD~1');
    expect(back).toMatchObject({ code: 0 });
    expect(back.stdout).toContain('carries base generation 2, Git says base generation 1');
    expect(back.stdout).toContain('n02  generation 2 → 1 reinstalls nothing');
    await untilTrue(
      () => accepted().length === 3,
      () => 'the way back is not in force',
    );
    await scene.until((s) => s.phase === 'settled');
    expect(scene.wipes()).toEqual(['n02']);

    // It carries 2 and Git says 1: a raise to 2 would ask for what is there.
    expect(await run('install', 'n02')).toMatchObject({ code: 0 });
    expect(await generation()).toContain('generation: 3');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 3, ['n02']);
    expect(scene.wipes()).toEqual(['n02', 'n02']);

    const { stdout } = await run('history');
    expect(stdout.match(/1 reinstall \(DATA LOSS\)/g)).toHaveLength(2);
    expect(stdout.match(/\n {4}(until|in force)/g)).toHaveLength(4);
  });

  it('a hold switches a machine off against Git, and gives it back when it ends', async () => {
    scene = await aScene({ count: 2 });
    await scene.until((s) => s.phase === 'settled' && s.known);
    const refused = await run('power', 'off', 'n01');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--hold 2h --why') });
    expect(await run('power', 'off', 'n01', '--hold', '1h', '--why', 'fan')).toMatchObject({ code: 0 });
    await scene.until((s) => s.power === 'off', ['n01']);
    expect((await run('get', 'nodes')).stdout).toMatch(/n01 .* off \(held off until /);
    expect((await run('plan')).stdout).toContain('power held off by ada until ');
    expect(await run('power', 'release', 'n01')).toMatchObject({ code: 0 });
    await scene.until((s) => s.power === 'on', ['n01']);
    await run('power', 'off', 'n01', '--hold', '2s', '--why', 'fan');
    await scene.until((s) => s.power === 'off', ['n01']);
    await scene.until((s) => s.power === 'on' && s.powerHold === null, ['n01']);
    expect(scene.journal().read({ reasons: ['PowerHoldEnded'] })).toHaveLength(2);
    expect(new Set(scene.powerCommands())).toEqual(new Set(['n01']));
    expect(scene.wipes()).toEqual([]);
  });
});
