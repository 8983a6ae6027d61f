import { expect, it } from 'vitest';
import { TIMING } from '../../src/act/step.ts';
import { createFleet } from '../../src/daemon/fleet.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { aNode, aProfile, aSite } from '../builders/node.ts';
import { aState } from '../builders/state.ts';

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
