import { describe, expect, it } from 'vitest';
import { aNode, aRecord } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aBench, aMachine, type Bench, installing } from './harness.ts';

const MINUTE = 60_000;

describe('stacks', () => {
  async function failedStack(): Promise<Bench> {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.completed();
    await bench.evidence.report({ stacks: [{ name: 'docker', state: 'failed', message: 'exit 1' }] });
    return bench;
  }

  it('a failed stack leaves the node stuck in its own words, with its disk as it is', async () => {
    const bench = await failedStack();
    expect(bench.now()).toMatchObject({
      phase: 'stuck',
      stuck: 'stack docker failed: exit 1',
      record: { generation: 2 },
    });
  });

  it('a later report that all is well settles it', async () => {
    const bench = await failedStack();
    await bench.evidence.report();
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, attempt: null });
  });

  it('a retry waits for the next report, not for the last one', async () => {
    const bench = await failedStack();
    await bench.say('RetryRequested', {});
    expect(bench.now()).toMatchObject({
      phase: 'configuring',
      stacks: [{ name: 'docker', state: 'running' }],
    });
    await bench.evidence.report({ stacks: [{ name: 'docker', state: 'failed', message: 'exit 2' }] });
    expect(bench.now()).toMatchObject({ phase: 'stuck', stuck: 'stack docker failed: exit 2' });
  });

  it('a retry after a failed stack never installs again', async () => {
    const bench = await failedStack();
    const before = bench.commands().length;
    for (let i = 0; i < 5; i++) {
      await bench.say('RetryRequested', {});
      await bench.pass(20 * MINUTE);
    }
    expect(bench.commands().length).toBe(before);
    expect(bench.now().phase).toBe('stuck');
  });

  it('stacks that are not reported in time leave it stuck', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.completed();
    await bench.evidence.report({ configDigest: 'config-older' });
    await bench.pass(16 * MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'stuck', stuck: 'its stacks were not reported ok in time' });
  });

  it('a change of configuration is applied in place: the power is not touched', async () => {
    const bench = aBench({ node: aNode('n1'), state: aState('n1').installed('base').settled().power('on') });
    await bench.commit(aNode('n1').with({ configDigest: 'config-edited' }));
    expect(bench.now().phase).toBe('configuring');
    await bench.evidence.report({ record: aRecord('base'), configDigest: 'config-edited', boot: false });
    expect(bench.now().phase).toBe('settled');
    expect(bench.commands()).toEqual([]);
  });

  it('a pause keeps what is still to be applied for later, and leaves nobody stuck', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.completed();
    await bench.evidence.report({ configDigest: 'config-older' });
    expect(bench.now().phase).toBe('configuring');
    await bench.commit(aNode('n1').profile('base', 2).paused());
    await bench.pass(60 * MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, record: { generation: 2 } });
    await bench.commit(aNode('n1').profile('base', 2));
    expect(bench.now().phase).toBe('configuring');
  });

  it('a node switched off while its stacks are applied in place is switched on, and then waited for', async () => {
    const bench = aBench({ node: aNode('n1'), state: aState('n1').installed('base').settled().power('on') });
    await bench.commit(aNode('n1').with({ configDigest: 'config-edited' }));
    expect(bench.now().phase).toBe('configuring');
    bench.machine.power = 'off';
    await bench.pass(3 * MINUTE);
    expect(bench.commands().map((call) => call.split(' ')[1])).toEqual(['on']);
    expect(bench.now()).toMatchObject({ phase: 'configuring', power: 'on' });
  });

  it('a node switched off between its install and its last report is switched on', async () => {
    for (const report of [false, true]) {
      const bench = aBench();
      await installing(bench);
      await bench.evidence.completed();
      if (report) await bench.evidence.report({ configDigest: 'config-older' });
      const { phase } = bench.now();
      const before = bench.commands().length;
      bench.machine.power = 'off';
      await bench.pass(3 * MINUTE);
      expect(
        bench
          .commands()
          .slice(before)
          .map((call) => call.split(' ')[1]),
      ).toEqual(['on']);
      expect(bench.now()).toMatchObject({ phase, power: 'on' });
    }
  });

  it('a node that carries another profile than Git names is not waited for to apply its stacks', async () => {
    const drifted = () => aState('n1').installed('base').baseline('docker', 1).settled().power('on');
    const bench = aBench({ node: aNode('n1').profile('docker'), state: drifted() });
    await bench.pass(60 * MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'settled', stuck: null });
    const midway = aBench({ node: aNode('n1').profile('docker'), state: drifted().phase('configuring') });
    await midway.pass(60 * MINUTE);
    expect(midway.now()).toMatchObject({ phase: 'settled', stuck: null });
  });
});

describe('power of a settled node', () => {
  const node = aNode('n1');
  const state = () => aState('n1').installed('base').settled();

  it('drift is corrected, once', async () => {
    const bench = aBench({
      node,
      state: state().power('off'),
      machine: aMachine({ power: 'off', delay: 3_000 }),
    });
    await bench.pass(10 * MINUTE);
    expect(bench.commands()).toEqual(['0s on']);
  });

  it('a cycle goes off, is confirmed, and on again', async () => {
    const bench = aBench({ node, state: state().power('on') });
    await bench.say('CycleRequested', { why: 'hung' });
    await bench.pass(5 * MINUTE);
    expect(bench.commands().map((call) => call.split(' ')[1])).toEqual(['soft-off', 'on']);
    expect(bench.now().cycle).toBeNull();
  });

  it('a cycle of a node that is off already only switches it on', async () => {
    const bench = aBench({ node, state: state().power('off'), machine: aMachine({ power: 'off' }) });
    await bench.observer.read('n1');
    await bench.say('CycleRequested', { why: 'hung' });
    await bench.pass(5 * MINUTE);
    expect(bench.commands().map((call) => call.split(' ')[1])).toEqual(['on']);
    expect(bench.now().cycle).toBeNull();
  });

  it('an install that comes before the cycle makes it needless', async () => {
    const bench = aBench({
      node,
      state: state().power('on'),
      machine: aMachine({ ignores: new Set(['soft-off', 'off']) }),
    });
    await bench.say('CycleRequested', { why: 'hung' });
    await bench.commit(node.profile('base', 2));
    expect(bench.now()).toMatchObject({ phase: 'booting', cycle: null });
  });

  it('a paused node is left alone', async () => {
    const bench = aBench({
      node: node.paused(),
      state: state().power('off'),
      machine: aMachine({ power: 'off' }),
    });
    await bench.pass(10 * MINUTE);
    expect(bench.commands()).toEqual([]);
  });

  it('its BMC counts as reachable from the first answer on', async () => {
    const bench = aBench({ node, state: state() });
    await bench.observer.read('n1');
    expect(bench.now().bmc).toMatchObject({ reachable: true });
  });
});

describe('promise 3: a node found', () => {
  const found = aState('n1');

  it('is adopted as it is when it reports', async () => {
    const bench = aBench({ node: aNode('n1').profile('base', 9), state: found.baseline('base', 9) });
    await bench.pass(MINUTE);
    await bench.evidence.report({ record: aRecord('base', 2) });
    expect(bench.now()).toMatchObject({ phase: 'settled', record: { generation: 2 }, want: null });
    await bench.pass(60 * MINUTE);
    expect(bench.commands()).toEqual([]);
  });

  it('is held when it does not, and never touched', async () => {
    const bench = aBench({ node: aNode('n1'), state: found });
    await bench.pass(24 * 60 * MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'held', attempt: null });
    expect(bench.commands()).toEqual([]);
  });

  it('is held when it reports that it carries no record of ours', async () => {
    const bench = aBench({ node: aNode('n1'), state: found });
    await bench.evidence.report({ record: null, configDigest: null, stacks: [] });
    await bench.pass(20 * MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'held', known: false });
    expect(bench.commands()).toEqual([]);
  });
});
