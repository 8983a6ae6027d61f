import { expect, it } from 'vitest';
import { TIMING } from '../../src/act/step.ts';
import { createFleet } from '../../src/daemon/fleet.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aNode, aProfile, aSite } from '../builders/node.ts';
import { aState, type StateBuilder } from '../builders/state.ts';

function aFleet() {
  const time = { now: T0 };
  const state = aState('n1').installed('base').settled().power('on').build();
  const journal = openMemoryJournal({ clock: () => time.now, states: [state, { ...state, name: 'gone' }] });
  const lastReading = () => ({ at: 7, failures: 2 });
  return { time, fleet: createFleet({ journal, lastReading, timing: TIMING, clock: () => time.now }) };
}

it('knows nothing before a site is in force', () => {
  const { fleet } = aFleet();
  expect([fleet.site(), fleet.since(), fleet.node('n1'), fleet.situation('n1')]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(fleet.actions('n1')).toEqual([]);
});

it('finds a node by any of its MACs, and forgets those of the site before', () => {
  const { fleet } = aFleet();
  const node = aNode('n1').build();
  const second = {
    ...node,
    interfaces: [
      ...node.interfaces,
      { name: 'ens1', mac: '52:54:00:aa:bb:cc', network: 'data', address: null, boot: false },
    ],
  };
  fleet.use(aSite([second]));
  expect(fleet.nodeByMac(node.bootMac)?.name).toBe('n1');
  expect(fleet.nodeByMac('52:54:00:aa:bb:cc')?.name).toBe('n1');
  fleet.use(aSite([aNode('n1')]));
  expect(fleet.nodeByMac('52:54:00:aa:bb:cc')).toBeNull();
});

it('tells since when the commit is in force, not since when it was loaded last', () => {
  const { fleet, time } = aFleet();
  fleet.use(aSite([aNode('n1')]));
  time.now += 1_000;
  fleet.use(aSite([aNode('n1')]));
  expect(fleet.since()).toBe(T0);
  fleet.use(aSite([aNode('n1')], { commit: aCommit('def') }));
  expect(fleet.since()).toBe(T0 + 1_000);
});

it('a situation holds what the handlers look at: the reading, the guards, the timeouts of the profile being installed', () => {
  const { fleet } = aFleet();
  const timeouts = { install: 1, configure: 2 };
  fleet.use(
    aSite([aNode('n1').power('off')], { profiles: new Map([['base', aProfile('base', { timeouts })]]) }),
  );
  const situation = fleet.situation('n1');
  expect(situation).toMatchObject({ readAt: 7, readFailures: 2, timeouts, now: T0 });
  expect(situation?.actions).toMatchObject([{ kind: 'power-off', hold: null }]);
  expect(situation?.freshInstallId).toMatch(/^[0-9a-f]{32}$/);
  expect(fleet.situation('n1')?.freshInstallId).not.toBe(situation?.freshInstallId);
  expect(fleet.situation('gone')).toBeNull();
});

it('is ready as soon as a site is in force, for those who wait and those who come later; not before', async () => {
  const { fleet } = aFleet();
  expect(await fleet.ready(1)).toBe(false);
  const waiting = fleet.ready(60_000);
  fleet.use(aSite([aNode('n1')]));
  expect(await waiting).toBe(true);
  expect(await fleet.ready(0)).toBe(true);
});

it('keeps a configuration back as the guards say, but not one that is being applied', () => {
  const { fleet, time } = aFleet();
  const nights = {
    ...{ name: 'nights', schedule: '0 22 * * *', timezone: 'Etc/UTC', duration: 3_600_000 },
    ...{ kind: 'allow' as const, effects: ['configure' as const], pools: null },
  };
  const node = aNode('n1').with({ configDigest: 'new' }).build();
  fleet.use(aSite([node], { policy: { windows: [nights] } }));
  const carries = (configDigest: string) => aState('n1').installed('base').settled().with({ configDigest });
  const isHeld = (state: StateBuilder) => fleet.isConfigurationHeld(node, state.build());
  expect(isHeld(carries('old'))).toBe(true);
  expect(isHeld(carries('new'))).toBe(false);
  expect(isHeld(carries('old').phase('configuring'))).toBe(false);
  expect(isHeld(carries('old').attempt().phase('restarting'))).toBe(false);
  expect(isHeld(carries('old').phase('configuring').paused())).toBe(true);
  time.now = T0 + 10 * 3_600_000;
  expect(isHeld(carries('old'))).toBe(false);
});

it('says when time alone may change what is to be done: the first of a guard that lifts and an approval that ends', () => {
  const time = { now: T0 };
  const wanting = aState('n1').installed('base').settled().power('on').wants('base', 2);
  const changesAt = (state: StateBuilder, approvalExpiry: number) => {
    const journal = openMemoryJournal({ clock: () => time.now, states: [state.build()] });
    const lastReading = () => ({ at: 7, failures: 0 });
    const fleet = createFleet({ journal, lastReading, timing: TIMING, clock: () => time.now });
    const end = T0 + 500;
    fleet.use(aSite([aNode('n1').profile('base', 2).paused('fan', end)], { policy: { approvalExpiry } }));
    return (fleet.situation('n1')?.changesAt ?? Number.NaN) - T0;
  };
  expect(changesAt(wanting, 300)).toBe(500);
  expect(changesAt(wanting.approved(), 300)).toBe(300);
  expect(changesAt(wanting.approved(), 700)).toBe(500);
  expect(changesAt(wanting.approved().attempt(), 300)).toBe(500);
});

it('promise 5: sees at once that another node has begun an install, and that it is over', async () => {
  const waiting = (name: string) =>
    aState(name).installed('base').settled().power('on').wants('base', 2).approved();
  const states = [waiting('n1').build(), waiting('n2').build()];
  const journal = openMemoryJournal({ clock: () => T0, states });
  const lastReading = () => ({ at: T0, failures: 0 });
  const fleet = createFleet({ journal, lastReading, timing: TIMING, clock: () => T0 });
  const nodes = ['n1', 'n2'].map((name) => aNode(name).profile('base', 2));
  fleet.use(aSite(nodes, { policy: { installsAtOnce: 1 } }));
  const holdOf = (name: string) => fleet.actions(name).map(({ hold }) => hold?.guard ?? null);
  expect(holdOf('n2')).toEqual([null]);
  const target = states[0]?.want;
  if (!target) throw new Error('nothing is wanted');
  const begun = journal.append([
    anEvent('n1', 'AttemptStarted', { attempt: 1, installId: 'i1', target }),
    anEvent('n1', 'PhaseEntered', { phase: 'arming', from: 'settled', waitingFor: '', deadline: null }),
  ]);
  expect(holdOf('n2')).toEqual(['installs-at-once']);
  await begun;
  await journal.append([
    anEvent('n1', 'AttemptFailed', { attempt: 1, why: 'no answers', missing: 'answers', retryAt: null }),
    anEvent('n1', 'PhaseEntered', { phase: 'held', from: 'arming', waitingFor: '', deadline: null }),
  ]);
  expect(holdOf('n2')).toEqual([null]);
});
