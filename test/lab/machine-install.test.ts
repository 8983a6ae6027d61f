import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/lab/history.ts';
import { aDisk, aMachine, armed, MINUTE, nextBoot, SECOND, type Setup } from './a-machine.ts';
import { answersArchive } from './boot-server.ts';

async function installing(setup: Setup): Promise<Setup> {
  nextBoot(setup);
  setup.machine.control('on');
  await setup.clock.advance(5 * SECOND);
  return setup;
}

describe('a machine that is installed', () => {
  it('tells its progress, completes, reboots from disk and reports its record', async () => {
    const { machine, server, clock } = await installing(aMachine({ disk: aDisk(), answers: armed() }));
    expect(machine.state).toBe('installing');
    await clock.advance(9 * MINUTE);
    expect(server.to('/progress').map(({ body }) => body)).toEqual([
      { step: 'components', percent: 5 },
      { step: 'partitioning', percent: 20 },
      { step: 'base-system', percent: 40 },
      { step: 'packages', percent: 65 },
      { step: 'boot-loader', percent: 90 },
    ]);
    expect(server.to('/i/callback-token/complete').map(({ body }) => body)).toEqual([{}]);
    const record = {
      installId: 'new',
      profile: 'docker',
      generation: 2,
      installDigest: 'sha256:install',
      commit: '0123456789',
    };
    expect(server.to('/report')[0]?.body).toMatchObject({
      mac: '52:54:00:00:00:01',
      boot: true,
      record,
      configDigest: 'sha256:config',
      stacks: [
        { name: 'base', state: 'ok' },
        { name: 'docker', state: 'ok' },
      ],
    });
    expect(machine.state).toBe('running');
    expect(machine.disk?.record).toEqual(record);
    expect(entriesOf(machine.history, 'wipe')).toMatchObject([{ installId: 'new', lost: 'old' }]);
    expect(entriesOf(machine.history, 'installed')).toMatchObject([{ installId: 'new' }]);
  });

  it('loses its disk at the partitioning, not before', async () => {
    const { machine, clock } = await installing(aMachine({ disk: aDisk(), answers: armed() }));
    await clock.advance(20 * SECOND);
    expect(machine.disk).toEqual(aDisk());
    await clock.advance(20 * SECOND);
    expect(machine.disk).toBeNull();
  });

  it('has a blank disk after a loss of power in mid-install', async () => {
    const { machine, server, clock } = await installing(aMachine({ disk: aDisk(), answers: armed() }));
    await clock.advance(2 * MINUTE);
    machine.control('off');
    const asked = server.requests.length;
    expect(clock.pending()).toBe(0);
    await clock.advance(MINUTE);
    expect(server.requests).toHaveLength(asked);
    expect(machine.state).toBe('off');
    expect(machine.disk).toBeNull();
  });

  it('does not go on before its completion is accepted', async () => {
    const setup = aMachine({ answers: { ...armed(), '/complete': 409 } });
    const { machine, server, clock } = await installing(setup);
    await clock.advance(9 * MINUTE);
    expect(server.to('/complete')).toHaveLength(5);
    expect(machine.state).toBe('installer-stopped');
    expect(server.to('/report')).toEqual([]);
  });

  it('goes on when a later try is accepted', async () => {
    let tries = 0;
    const answers = { ...armed(), '/complete': () => (++tries < 4 ? null : 204) };
    const { machine, clock } = await installing(aMachine({ answers }));
    await clock.advance(9 * MINUTE);
    expect(tries).toBe(4);
    expect(machine.state).toBe('running');
  });

  it('installs on when nobody hears of its progress', async () => {
    const answers = { ...armed(), '/progress': null };
    const { machine, clock } = await installing(aMachine({ answers }));
    await clock.advance(9 * MINUTE);
    expect(machine.state).toBe('running');
  });
});

describe('an installer with a fault', () => {
  it('hangs', async () => {
    const setup = aMachine({ answers: armed(), faults: [{ name: 'installer-hangs' }] });
    const { machine, server, clock } = await installing(setup);
    await clock.advance(60 * MINUTE);
    expect(machine.state).toBe('installer-stopped');
    expect(machine.why).toMatch(/^hangs at /);
    expect([server.to('/complete'), server.to('/failed')]).toEqual([[], []]);
    expect(machine.disk).toBeNull();
  });

  it('fails, and says so', async () => {
    const setup = aMachine({ answers: armed(), faults: [{ name: 'installer-fails' }] });
    const { machine, server, clock } = await installing(setup);
    await clock.advance(60 * MINUTE);
    expect(server.to('/i/callback-token/failed').map(({ body }) => body)).toEqual([
      { why: expect.stringMatching(/failed: no space left on device$/) },
    ]);
    expect(server.to('/complete')).toEqual([]);
    expect(machine.state).toBe('installer-stopped');
  });

  it('is never heard of', async () => {
    const setup = aMachine({ answers: armed(), faults: [{ name: 'no-callback' }] });
    const { machine, server, clock } = await installing(setup);
    await clock.advance(60 * MINUTE);
    expect(server.to('/progress')).toEqual([]);
    expect(server.to('/complete')).toEqual([]);
    expect(machine.state).toBe('installer-stopped');
    expect(machine.disk?.record.installId).toBe('new');
  });

  it('calls back with a wrong token, or carries another install id', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const setup = aMachine({ answers: armed(), faults: [{ name: 'wrong-callback' }], seed: `${seed}` });
      const { machine, server, clock } = await installing(setup);
      await clock.advance(9 * MINUTE);
      const rightToken = server.to('/i/callback-token/complete').length > 0;
      const rightId = machine.disk?.record.installId === 'new';
      expect(rightToken).not.toBe(rightId);
      seen.add(rightId ? 'token' : 'install-id');
    }
    expect([...seen].sort()).toEqual(['install-id', 'token']);
  });

  it('is slow on a slow network, and ends all the same', async () => {
    const fast = await installing(aMachine({ answers: armed() }));
    const slow = await installing(aMachine({ answers: armed(), faults: [{ name: 'network-slow' }] }));
    await fast.clock.advance(10 * MINUTE);
    await slow.clock.advance(10 * MINUTE);
    const done = [fast, slow].map(({ machine }) => entriesOf(machine.history, 'installed')[0]?.at ?? 0);
    expect(done[1]).toBeGreaterThan((done[0] ?? 0) + 5 * SECOND);
    expect(slow.machine.state).toBe('running');
  });

  it('gives the same history for the same seed, and another for another', async () => {
    async function historyOf(seed: string) {
      const faults = [{ name: 'installer-hangs', probability: 0.5 } as const];
      const setup = await installing(aMachine({ answers: armed(), seed, faults }));
      await setup.clock.advance(20 * MINUTE);
      return setup.machine.history;
    }
    expect(await historyOf('a')).toEqual(await historyOf('a'));
    expect(await historyOf('a')).not.toEqual(await historyOf('b'));
  });

  it('installs without stacks', async () => {
    const answers = { ...armed(), '/i/answers-token/answers.cpio': answersArchive('new', '') };
    const { machine, clock } = await installing(aMachine({ answers }));
    await clock.advance(9 * MINUTE);
    expect(machine.disk?.stacks).toEqual([]);
  });
});
