import { describe, expect, it } from 'vitest';
import { aNode, aRecord } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aBench, booted, installing } from './harness.ts';

const MINUTE = 60_000;

describe('promise 2: an install that is not wanted any more', () => {
  it('a commit that takes it back while the machine boots disarms it and brings the machine back', async () => {
    const bench = aBench();
    await booted(bench);
    await bench.commit(aNode('n1'));
    await bench.pass(MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, attempt: null, power: 'on' });
    expect(bench.reasons()).toContain('Disarmed');
  });

  it('a machine that already waits in the installer is switched off and on, into its own disk', async () => {
    const bench = aBench();
    await booted(bench);
    await bench.evidence.script();
    const before = bench.commands().length;
    await bench.commit(aNode('n1'));
    await bench.pass(2 * MINUTE);
    expect(
      bench
        .commands()
        .slice(before)
        .map((call) => call.split(' ')[1]),
    ).toEqual(['soft-off', 'on']);
    expect(bench.now()).toMatchObject({ phase: 'settled', cycle: null, power: 'on' });
  });

  it('protecting the node while it boots stops the install; the wish waits for the protection to go', async () => {
    const bench = aBench();
    await booted(bench);
    await bench.commit(aNode('n1').profile('base', 2).protected());
    await bench.pass(10 * MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'held', want: { generation: 2 }, attempt: { armed: false } });
    expect(bench.now().waitingFor).toContain('protected in Git');
    expect(bench.now().power).toBe('on');
  });

  it('another raise while the machine boots starts over, so that one disk is written once', async () => {
    const bench = aBench();
    await booted(bench);
    await bench.commit(aNode('n1').profile('base', 3));
    expect(bench.now()).toMatchObject({ phase: 'booting', attempt: { target: { generation: 3 } } });
    await installing(bench);
    await bench.evidence.completed();
    await bench.evidence.report();
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, record: { generation: 3 } });
  });

  it('another profile while the installer runs is begun when it is done, and does not leave the node stuck', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.commit(aNode('n1').profile('docker', 2));
    await bench.evidence.completed();
    await bench.evidence.report({ configDigest: 'config-base' });
    expect(bench.now()).toMatchObject({ phase: 'booting', attempt: { target: { profile: 'docker' } } });
  });

  it('another raise while the installer runs, and taken back before it began, costs the disk no second time', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.commit(aNode('n1').profile('base', 3));
    await bench.commit(aNode('n1').profile('base', 2));
    await bench.evidence.completed();
    await bench.evidence.report();
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, record: { generation: 2 } });
    expect(bench.reasons().filter((reason) => reason === 'AttemptStarted')).toHaveLength(1);
  });

  it('another profile while the installer runs, and then a lower generation of it, is installed as Git says it last', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.commit(aNode('n1').profile('docker', 5));
    await bench.commit(aNode('n1').profile('docker', 4));
    await bench.evidence.completed();
    await bench.evidence.report({ configDigest: 'config-base' });
    expect(bench.now()).toMatchObject({ attempt: { target: { profile: 'docker', generation: 4 } } });
  });

  it('a later raise of a disk that was lost, lowered while it boots, leaves a system that reports late as it is', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.completed();
    const { attempt } = bench.now();
    const record = aRecord('base', 2, { installId: attempt?.installId ?? '' });
    await bench.until(({ phase }) => phase === 'held');
    await bench.commit(aNode('n1').profile('base', 3));
    await bench.until(({ phase }) => phase === 'booting');
    await bench.commit(aNode('n1').profile('base', 2));
    await bench.evidence.report({ record });
    await bench.pass(MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, attempt: null, record });
  });

  it('a lower generation while the new system applies its stacks leaves that system, and says so', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.completed();
    await bench.evidence.report({ configDigest: null });
    expect(bench.now().phase).toBe('configuring');
    await bench.commit(aNode('n1'));
    await bench.pass(MINUTE);
    expect(bench.now()).toMatchObject({ want: null, attempt: null, record: { generation: 2 } });
    expect(bench.log.find(({ reason }) => reason === 'InstallUnwanted')?.message).toBe(
      'reinstall dropped: the commit took "generation 1 → 2" back; its disk carries it already, and stays as it is',
    );
    expect(bench.reasons().filter((reason) => reason === 'AttemptStarted')).toHaveLength(1);
  });

  it('a first install is not begun when the node has reported what it carries', async () => {
    const first = aState('n1').power('on').wants('base', 1, { first: true }).approved().held();
    const bench = aBench({
      node: aNode('n1'),
      state: first.with({ record: aRecord('docker', 4), known: true }),
    });
    await bench.pass(MINUTE);
    expect(bench.commands()).toEqual([]);
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, approved: null });
  });

  it('a first install is called back by a report that comes while the machine boots', async () => {
    const first = aState('n1').power('on').wants('base', 1, { first: true }).approved().held();
    const bench = aBench({ node: aNode('n1'), state: first });
    await booted(bench);
    await bench.evidence.report({ record: aRecord('docker', 4) });
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, record: { profile: 'docker' } });
  });

  it('a first boot that reports after its deadline is not installed a second time', async () => {
    const bench = aBench();
    await installing(bench);
    await bench.evidence.completed();
    const { attempt } = bench.now();
    const record = aRecord('base', 2, { installId: attempt?.installId ?? '' });
    await bench.until(({ phase }) => phase === 'held');
    await bench.evidence.report({ record });
    await bench.pass(MINUTE);
    expect(bench.now()).toMatchObject({ phase: 'settled', want: null, attempt: null, record });
    expect(bench.reasons().filter((reason) => reason === 'AttemptStarted')).toHaveLength(1);
  });
});
