import { describe, expect, it } from 'vitest';
import { T0 } from '../builders/commit.ts';
import { aNode } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aBench, aMachine, installing } from './harness.ts';

const MINUTE = 60_000;
const HOLD = { state: 'off', until: T0 + 60 * MINUTE, why: 'fan is replaced' } as const;

/** On, settled, and as Git says. */
function aSettledBench() {
  return aBench({
    node: aNode('n1'),
    state: aState('n1').installed('base').settled().power('on'),
    machine: aMachine(),
  });
}

describe('a hold on the power of a node', () => {
  it('goes before Git until it ends; then Git is followed again, and the journal says so', async () => {
    const bench = aSettledBench();
    await bench.say('PowerHeld', HOLD);
    await bench.pass(10 * MINUTE);
    expect(bench.machine.power).toBe('off');
    await bench.pass(49 * MINUTE);
    expect(bench.machine.power).toBe('off');
    await bench.pass(2 * MINUTE);
    expect(bench.machine.power).toBe('on');
    expect(bench.now().powerHold).toBeNull();
    expect(bench.log.find(({ reason }) => reason === 'PowerHoldEnded')?.time).toBe(HOLD.until);
    expect(bench.commands().map((call) => call.split(' ')[1])).toEqual(['soft-off', 'on']);
  });

  it('switches a node whose power Git leaves alone, and leaves it so at the end', async () => {
    const bench = aBench({
      node: aNode('n1').power('unmanaged'),
      state: aState('n1').installed('base').settled().power('on'),
    });
    await bench.say('PowerHeld', HOLD);
    await bench.pass(5 * MINUTE);
    expect(bench.machine.power).toBe('off');
    await bench.pass(60 * MINUTE);
    expect([bench.machine.power, bench.now().powerHold]).toEqual(['off', null]);
  });

  it('waits for a pause, which says that nothing is done', async () => {
    const bench = aSettledBench();
    await bench.say('Paused', { why: 'fan', until: T0 + 5 * MINUTE });
    await bench.say('PowerHeld', HOLD);
    await bench.pass(4 * MINUTE);
    expect(bench.commands()).toEqual([]);
    await bench.pass(5 * MINUTE);
    expect(bench.machine.power).toBe('off');
  });

  it('ends when a person says so', async () => {
    const bench = aSettledBench();
    await bench.say('PowerHeld', HOLD);
    await bench.pass(10 * MINUTE);
    await bench.say('PowerHoldEnded', {});
    await bench.pass(5 * MINUTE);
    expect(bench.machine.power).toBe('on');
  });

  it('promise 2: keeps an install back while the node is held off, and says so; it follows by itself', async () => {
    const bench = aSettledBench();
    await bench.say('PowerHeld', HOLD);
    await bench.pass(5 * MINUTE);
    await bench.commit(aNode('n1').profile('base', 2));
    await bench.pass(MINUTE);
    expect(bench.now()).toMatchObject({
      phase: 'held',
      waitingFor:
        'generation 1 → 2: its power is held off by daemon until 2026-06-01T13:00:00.000Z: fan is replaced',
    });
    expect([bench.machine.power, bench.reasons().includes('AttemptStarted')]).toEqual(['off', false]);
    await bench.pass(55 * MINUTE);
    expect(bench.reasons()).toContain('AttemptStarted');
  });

  it('promise 9: switches nothing as long as the power is not known', async () => {
    const bench = aSettledBench();
    bench.machine.fails = 'timeout';
    await bench.observer.read('n1');
    await bench.say('PowerHeld', HOLD);
    await bench.pass(5 * MINUTE);
    expect(bench.commands()).toEqual([]);
  });

  it('promise 6: does not reach a machine that is being installed, even where one slips in', async () => {
    const bench = aBench();
    await installing(bench);
    const before = bench.commands().length;
    await bench.say('PowerHeld', HOLD);
    await bench.pass(MINUTE);
    expect(bench.commands()).toHaveLength(before);
    expect(bench.now().phase).toBe('installing');
  });

  it('reaches a stuck node, which is left alone again when it ends', async () => {
    const bench = aBench({
      node: aNode('n1'),
      state: aState('n1')
        .installed('base')
        .power('on')
        .stuck('3 attempts failed')
        .with({ configDigest: 'other' }),
    });
    await bench.say('PowerHeld', HOLD);
    await bench.pass(5 * MINUTE);
    expect(bench.machine.power).toBe('off');
    await bench.pass(60 * MINUTE);
    expect([bench.machine.power, bench.now().phase]).toEqual(['off', 'stuck']);
  });
});
