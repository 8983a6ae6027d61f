import { describe, expect, it } from 'vitest';
import { NotYet } from '../../src/model/not-yet.ts';
import { aNode } from '../builders/node.ts';
import { aBench, type Bench, booted, installing } from './harness.ts';

const MINUTE = 60_000;

const failures = (bench: Bench) =>
  bench.log.flatMap((event) =>
    event.reason === 'AttemptFailed' ? [[event.data.missing, event.data.why]] : [],
  );

describe('promise 7: each step waits for its own evidence, with a deadline that names the missing rung', () => {
  it.each([
    {
      rung: 'power-off',
      why: 'the machine did not go off',
      reach: async (bench: Bench) => {
        bench.machine.ignores = new Set(['soft-off', 'off']);
      },
    },
    {
      rung: 'power-on',
      why: 'the machine did not go on',
      reach: async (bench: Bench) => {
        bench.machine.ignores = new Set(['on']);
      },
    },
    {
      rung: 'boot-script',
      why: 'the machine was on, but never fetched its boot script (boot order, cabling, DHCP?)',
      reach: booted,
    },
    {
      rung: 'answers',
      why: 'the boot script was fetched, but the installer never fetched its answers',
      reach: async (bench: Bench) => {
        await booted(bench);
        await bench.evidence.script();
      },
    },
    {
      rung: 'installed',
      why: 'the installer did not finish in time; it reported no progress',
      reach: installing,
    },
    {
      rung: 'installed',
      why: 'the installer did not finish in time; last heard of: partitioning',
      reach: async (bench: Bench) => {
        await installing(bench);
        await bench.evidence.progress('partitioning');
      },
    },
    {
      rung: 'first-boot',
      why: 'installed, but its first boot from disk never reported',
      reach: async (bench: Bench) => {
        await installing(bench);
        await bench.evidence.completed();
      },
    },
  ])('$rung: $why', async ({ rung, why, reach }) => {
    const bench = aBench();
    await reach(bench);
    await bench.until(() => failures(bench).length > 0);
    expect(failures(bench)[0]).toEqual([rung, why]);
    expect(bench.now().attempt?.armed).toBe(false);
    expect(bench.now()).toMatchObject({ phase: 'held', waitingFor: 'attempt 2 of 3, after a pause' });
  });

  it('says what it waits for, and until when', async () => {
    const bench = aBench();
    await booted(bench);
    const { phaseSince, deadline } = bench.now();
    expect(deadline).toBe(phaseSince + 5 * MINUTE);
    await bench.evidence.script();
    await bench.evidence.answers();
    const { attempt } = bench.now();
    expect(bench.now()).toMatchObject({
      phase: 'installing',
      waitingFor: 'the installer to report that it is done',
      deadline: (attempt?.answersAt ?? 0) + 30 * MINUTE,
    });
  });

  it('an installer that reports a failure ends the attempt at once, in its own words', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.failed('no disk was found');
    expect(failures(bench)).toEqual([['installed', 'the installer says: no disk was found']]);
  });
});

describe('attempts', () => {
  /** Every attempt ends at the deadline of `booting`. */
  async function useUp(bench: Bench): Promise<void> {
    await bench.until(({ phase }) => phase === 'stuck');
  }

  it('there are three, with a growing pause between, and then the node is stuck with a sentence', async () => {
    const bench = aBench();
    await useUp(bench);
    const started = bench.log.filter(({ reason }) => reason === 'AttemptStarted').map(({ time }) => time);
    const failed = bench.log.filter(({ reason }) => reason === 'AttemptFailed').map(({ time }) => time);
    expect(started).toHaveLength(3);
    expect((started[1] ?? 0) - (failed[0] ?? 0)).toBe(10_000);
    expect((started[2] ?? 0) - (failed[1] ?? 0)).toBe(20_000);
    expect(bench.now()).toMatchObject({
      phase: 'stuck',
      stuck:
        '3 attempts failed; the last: the machine was on, but never fetched its boot script (boot order, cabling, DHCP?)',
      deadline: null,
    });
    const before = bench.machine.calls.length;
    await bench.pass(10 * MINUTE);
    expect(bench.commands().length).toBeLessThan(before);
    expect(bench.now().phase).toBe('stuck');
  });

  it('each attempt has an install id of its own, so that its token is void with it', async () => {
    const bench = aBench();
    await useUp(bench);
    const ids = bench.log.flatMap((event) =>
      event.reason === 'AttemptStarted' ? [event.data.installId] : [],
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('a retry begins anew with the first attempt', async () => {
    const bench = aBench();
    await useUp(bench);
    await bench.say('RetryRequested', {});
    expect(bench.now()).toMatchObject({ phase: 'booting', attemptsUsed: 1, stuck: null });
  });

  it('a raise of the generation frees a stuck node', async () => {
    const bench = aBench();
    await useUp(bench);
    await bench.commit(aNode('n1').profile('base', 3));
    expect(bench.now()).toMatchObject({
      phase: 'booting',
      attemptsUsed: 1,
      attempt: { target: { generation: 3 } },
    });
  });

  it('a commit that takes the wish back frees a stuck node whose disk was not touched, and touches nothing', async () => {
    const bench = aBench();
    await useUp(bench);
    const before = bench.commands().length;
    await bench.commit(aNode('n1'));
    expect(bench.now()).toMatchObject({
      phase: 'settled',
      want: null,
      attempt: null,
      record: { generation: 1 },
    });
    expect(bench.commands().length).toBe(before);
  });

  it('a boot entry that cannot be made leaves the machine as it is, and says why', async () => {
    const publish = () => Promise.reject(new Error('profile docker is no longer declared'));
    const bench = aBench({ publish });
    await bench.pass(MINUTE);
    expect(bench.commands()).toEqual([]);
    expect(bench.now()).toMatchObject({
      phase: 'stuck',
      stuck: 'its boot entry cannot be made: profile docker is no longer declared',
      attempt: { armed: false },
    });
  });
});

describe('what the installer boots from is not there yet', () => {
  it('no attempt begins: the machine is left alone until it is, and the reason is said', async () => {
    let why: string | null = 'the kernel is still being fetched from http://10.77.0.1/vmlinuz';
    const bench = aBench({ awaits: () => why });
    await bench.pass(MINUTE);
    expect(bench.commands()).toEqual([]);
    expect(bench.now()).toMatchObject({
      phase: 'held',
      waitingFor: `generation 1 → 2: ${why}`,
      attempt: null,
      attemptsUsed: 0,
    });
    why = 'the kernel cannot be fetched from http://10.77.0.1/vmlinuz: 404';
    await bench.pass(60 * MINUTE);
    expect(bench.now()).toMatchObject({
      phase: 'held',
      waitingFor: `generation 1 → 2: ${why}`,
      attemptsUsed: 0,
    });
    why = null;
    await bench.pass(2 * MINUTE);
    expect(bench.now().phase).toBe('booting');
  });

  it('a boot entry that is on its way is waited for until the deadline of arming', async () => {
    let ready = false;
    const publish = async () => {
      if (!ready) throw new NotYet('dnsmasq to serve its lines', bench.world.now + 2_000);
    };
    const bench: Bench = aBench({ publish });
    await bench.pass(10_000);
    expect(bench.now()).toMatchObject({ phase: 'arming', waitingFor: 'dnsmasq to serve its lines' });
    ready = true;
    await bench.pass(2_000);
    expect(bench.now().phase).toBe('booting');
  });

  it('one that never comes costs the attempt', async () => {
    const publish = async () => {
      throw new NotYet('dnsmasq to serve its lines', bench.world.now + 1_000);
    };
    const bench: Bench = aBench({ publish, timing: { retryDelay: 600_000 } });
    await bench.pass(MINUTE);
    expect(failures(bench)).toEqual([['boot-script', 'its boot entry could not be published in time']]);
  });
});
