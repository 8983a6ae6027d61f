import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy, Window } from '../../src/model/desired.ts';
import { anyWindows, MINUTE, mayBeginByHand, windowsOf } from '../builders/any-window.ts';
import { T0 } from '../builders/commit.ts';
import { aState } from '../builders/state.ts';
import { aBench, aMachine, type Bench, booted, installing } from './harness.ts';

const HOUR = 60 * MINUTE;

/** T0 is noon. */
function aWindow(change: Partial<Window>): Window {
  return {
    ...{ name: 'noon', schedule: '0 12 * * *', timezone: 'Etc/UTC', duration: HOUR },
    ...{ kind: 'allow', effects: ['install'], pools: null },
    ...change,
  };
}

const wanting = () => aState('n1').installed('base').settled().power('on').wants('base', 2);

function withPolicy(policy: Partial<Policy>, state = wanting()): Bench {
  return aBench({ state, policy: { policy } });
}

const attempts = ({ log }: Bench) =>
  log.flatMap(({ reason, time }) => (reason === 'AttemptStarted' ? [time - T0] : []));

describe('windows', () => {
  it('the node is woken when its window opens, and begins', async () => {
    const bench = withPolicy({ windows: [aWindow({ schedule: '30 13 * * *' })] });
    expect(await bench.settle()).toBe(T0 + 90 * MINUTE);
    expect(bench.now()).toMatchObject({
      phase: 'held',
      waitingFor: 'generation 1 → 2: outside its windows: "noon" opens 2026-06-01 13:30 GMT+0',
    });
    await bench.pass(90 * MINUTE - 1);
    expect(attempts(bench)).toEqual([]);
    await bench.pass(1);
    expect(attempts(bench)).toEqual([90 * MINUTE]);
  });

  it('an install that has begun goes on to its end after its window closed', async () => {
    const bench = withPolicy({
      windows: [aWindow({ duration: MINUTE, effects: ['install', 'power', 'configure'] })],
    });
    await bench.settle();
    await booted(bench);
    await bench.pass(2 * MINUTE);
    await bench.evidence.script();
    await bench.evidence.answers();
    await bench.pass(20 * MINUTE);
    await bench.evidence.completed();
    bench.machine.power = 'off';
    await bench.pass(2 * MINUTE);
    expect(bench.machine.power).toBe('on');
    await bench.evidence.report();
    expect(bench.now()).toMatchObject({ phase: 'settled', record: { generation: 2 } });
  });

  it('the next attempt is a beginning: it waits for the next window', async () => {
    const bench = withPolicy({ windows: [aWindow({ duration: MINUTE })] });
    await installing(bench);
    await bench.pass(2 * MINUTE);
    await bench.evidence.failed('no disk');
    await bench.pass(HOUR);
    expect(attempts(bench)).toHaveLength(1);
    expect(bench.now().waitingFor).toContain('"noon" opens 2026-06-02 12:00');
    await bench.pass(23 * HOUR);
    expect(attempts(bench)).toEqual([0, 24 * HOUR]);
  });

  it('power that drifts outside of its windows is put right when one opens', async () => {
    const state = aState('n1').installed('base', 2).settled().power('off');
    const bench = withPolicy({ windows: [aWindow({ schedule: '5 12 * * *', effects: ['power'] })] }, state);
    bench.machine.power = 'off';
    expect(await bench.settle()).toBe(T0 + 5 * MINUTE);
    await bench.pass(5 * MINUTE);
    await bench.until(({ power }) => power === 'on');
    expect(bench.commands()).toEqual(['300s on']);
  });
});

describe('promise 5: no install begins outside its windows', () => {
  it('it begins at the first moment at which it may, and so does each further attempt when it may', async () => {
    const start = T0 + 30_500;
    const end = start + 30 * HOUR;
    const property = fc.asyncProperty(anyWindows, async (drawn) => {
      const world = { now: start, machine: aMachine() };
      const bench = aBench({ world, state: wanting(), policy: { policy: { windows: windowsOf(drawn) } } });
      await bench.pass(30 * HOUR);
      const began = attempts(bench).map((at) => T0 + at);
      expect(began[0]).toBe(firstMoment(drawn, start, end));
      for (const time of began) expect(mayBeginByHand(drawn, time)).toBe(true);
    });
    await fc.assert(property, { numRuns: 40 });
    // Of such windows some let it begin at once, some later, some never; drawn alike each time, so that no bad luck is taken for a defect.
    const firsts = fc
      .sample(anyWindows, { numRuns: 100, seed: 1 })
      .map((drawn) => firstMoment(drawn, start, end));
    expect(new Set(firsts).size).toBeGreaterThan(5);
    expect(firsts).toContain(start);
    expect(firsts).toContain(undefined);
  });
});

function firstMoment(drawn: Parameters<typeof mayBeginByHand>[0], from: number, to: number) {
  if (mayBeginByHand(drawn, from)) return from;
  for (let time = Math.ceil(from / MINUTE) * MINUTE; time <= to; time += MINUTE) {
    if (mayBeginByHand(drawn, time)) return time;
  }
  return undefined;
}

describe('approvals expire', () => {
  const cap = { reinstallsPerCommit: 0, approvalExpiry: 90 * MINUTE + 500 };

  it('an install that has not begun by then is held again, and it is said whose approval it was', async () => {
    const bench = withPolicy(
      { ...cap, windows: [aWindow({ schedule: '0 15 * * *' })] },
      wanting().approved(),
    );
    await bench.pass(4 * HOUR);
    expect(attempts(bench)).toEqual([]);
    const expired = bench.log.filter(({ reason }) => reason === 'ApprovalExpired');
    expect(expired.map(({ time, message, data }) => ({ time, message, data }))).toEqual([
      {
        time: T0 + cap.approvalExpiry,
        message: 'the approval of thandi expired: the install had not begun',
        data: { by: 'thandi', at: T0 + cap.approvalExpiry },
      },
    ]);
    expect(bench.now()).toMatchObject({ phase: 'held', approved: null });
    expect(bench.now().waitingFor).toMatch(
      /reinstallsPerCommit is 0; .*\. The approval of thandi expired 2026-06-01 13:30 GMT\+0$/,
    );
    await bench.say('InstallApproved', { digest: null, why: '' });
    expect(bench.now()).toMatchObject({ expired: null, approved: { at: T0 + 4 * HOUR } });
    expect(bench.now().waitingFor).toContain('"noon" opens 2026-06-02 15:00');
  });

  it('a first install that was approved and has not begun is held again, too', async () => {
    const unknown = aState('n1').held().power('on').wants('base', 2, { first: true }).approved();
    const bench = withPolicy({ ...cap, windows: [aWindow({ schedule: '0 15 * * *' })] }, unknown);
    await bench.pass(4 * HOUR);
    expect(attempts(bench)).toEqual([]);
    expect(bench.now().waitingFor).toContain('is not known, so it is not wiped');
    expect(bench.now().waitingFor).toContain('The approval of thandi expired');
  });

  it('counts no more at the very time, even before that is journaled', async () => {
    const bench = withPolicy(
      { ...cap, windows: [aWindow({ schedule: '0 15 * * *' })] },
      wanting().approved(),
    );
    await bench.settle();
    const guard = () => bench.fleet.actions('n1')[0]?.hold?.guard;
    bench.world.now = T0 + cap.approvalExpiry - 1;
    expect(guard()).toBe('window');
    bench.world.now = T0 + cap.approvalExpiry;
    expect(guard()).toBe('reinstalls-per-commit');
  });

  it('once begun, it holds for every attempt of the install', async () => {
    const bench = withPolicy({ reinstallsPerCommit: 0, approvalExpiry: MINUTE }, wanting().approved());
    await bench.pass(30 * MINUTE);
    expect(attempts(bench)).toHaveLength(3);
    expect(bench.reasons()).not.toContain('ApprovalExpired');
    expect(bench.now().phase).toBe('stuck');
  });
});
