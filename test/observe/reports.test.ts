import { describe, expect, it } from 'vitest';
import { T0 } from '../builders/commit.ts';
import { aRecord } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { ADDRESS, INSTALL, switchedOn } from './a-desk.ts';
import { aReport, aReportDesk } from './a-report-desk.ts';

describe('reports', () => {
  it('of an unknown machine and from another address are refused', async () => {
    const { receive, count } = aReportDesk(aState('n1'));
    expect(await receive(aReport({ mac: '52:54:00:ff:ff:ff' }), ADDRESS)).toEqual({
      ok: false,
      why: 'unknown-mac',
    });
    expect(await receive(aReport(), '10.9.9.9')).toEqual({ ok: false, why: 'wrong-address' });
    expect(count()).toBe(0);
  });

  it('that say nothing new are not journaled', async () => {
    const { receive, count } = aReportDesk(aState('n1'));
    for (let i = 0; i < 5; i++) expect(await receive(aReport(), ADDRESS)).toMatchObject({ ok: true });
    expect(count()).toBe(1);
    await receive(aReport({ stacks: [{ name: 'base', state: 'failed' }] }), ADDRESS);
    await receive(aReport({ stacks: [{ name: 'base', state: 'failed' }], boot: true }), ADDRESS);
    expect(count()).toBe(3);
  });

  it('of a system that is none of ours are not journaled each time either', async () => {
    const { receive, count, journal } = aReportDesk(aState('n1'));
    for (let i = 0; i < 5; i++) await receive(aReport({ record: null, configDigest: null }), ADDRESS);
    expect(count()).toBe(1);
    expect(journal.state('n1')?.known).toBe(false);
  });

  it('of the old system during a failed or a booting attempt are not journaled each time', async () => {
    const { receive, count } = aReportDesk(switchedOn());
    for (let i = 0; i < 5; i++) await receive(aReport(), ADDRESS);
    expect(count()).toBe(0);
  });

  it.each(['installing', 'restarting', 'configuring'] as const)(
    'of another install while %s are out of order',
    async (phase) => {
      const { receive, journal } = aReportDesk(switchedOn({ answersAt: T0, completedAt: T0 }).phase(phase));
      for (const record of [aRecord('base'), null]) {
        expect(await receive(aReport({ record }), ADDRESS)).toEqual({ ok: false, why: 'out-of-order' });
      }
      expect(journal.state('n1')?.attempt?.reportedAt).toBeNull();
      expect(
        await receive(aReport({ record: aRecord('base', 2, { installId: INSTALL }) }), ADDRESS),
      ).toMatchObject({ ok: true });
      expect(journal.state('n1')?.attempt?.reportedAt).toBe(T0 + 1_000);
    },
  );

  it('of the very install are out of order too while its installer has not said that it is done', async () => {
    const { receive } = aReportDesk(switchedOn({ answersAt: T0 }).phase('installing'));
    expect(
      await receive(aReport({ record: aRecord('base', 2, { installId: INSTALL }) }), ADDRESS),
    ).toMatchObject({
      why: 'out-of-order',
    });
  });

  it('are answered with the configuration the node should carry, unless a guard keeps it or it carries another profile', async () => {
    const settled = aState('n1').installed('base').settled();
    expect(await aReportDesk(settled).receive(aReport(), ADDRESS)).toMatchObject({
      configDigest: 'config-base',
    });
    expect(await aReportDesk(settled, true).receive(aReport(), ADDRESS)).toMatchObject({
      configDigest: null,
    });
    const other = aReport({ record: aRecord('docker') });
    expect(await aReportDesk(settled).receive(other, ADDRESS)).toMatchObject({ configDigest: null });
  });
});
