/** What the reconciler notes for the ledger when machines settle: in the journal of a real daemon, and as it is told of it. */

import { afterEach, expect, it } from 'vitest';
import type { LedgerEntry, Report } from '../../src/model/ledger.ts';
import { aScene, type Scene, untilTrue } from '../promises/scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

async function told<T>(path: string): Promise<T> {
  return (await (await fetch(`${scene.daemon().url}/api/v1${path}`)).json()) as T;
}

const configuredBy = (commit: string) => scene.journal().read({ reasons: ['Configured'], commit });

it('an install and a change in place are noted with pool, stacks and machine, and count as deliveries', async () => {
  scene = await aScene({ count: 2 });
  await scene.until((s) => s.phase === 'settled' && s.known);
  const anew = await scene.commit(scene.withNode('n01', { generation: 2 }), 'n01 anew');
  await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n01']);
  const inPlace = await scene.commit({ stackScript: '#!/bin/sh\necho other\n' }, 'another stack');
  await untilTrue(
    () => configuredBy(inPlace).length === 2,
    () =>
      scene
        .journal()
        .read({})
        .map(({ message }) => message)
        .join('\n'),
  );

  const n01 = scene.journal().state('n01');
  const noted = { pool: 'main', stacks: ['common'], hardware: 'barewright simulated machine' };
  expect(
    configuredBy(inPlace)
      .map(({ node }) => node)
      .toSorted(),
  ).toEqual(['n01', 'n02']);
  expect(configuredBy(inPlace)[0]).toMatchObject({
    message: 'configured in place: common',
    data: { ...noted, configDigest: n01?.configDigest },
  });
  const entries = await told<LedgerEntry[]>(`/ledger?commit=${anew}`);
  expect(entries).toMatchObject([{ node: 'n01', outcome: 'settled', generation: 2, ...noted }]);
  expect(entries[0]?.configDigest).toMatch(/^\w+/);
  expect(entries[0]?.configDigest).not.toBe(n01?.configDigest);
  const report = await told<Report>(`/report?since=0&until=${Date.now() + 1_000}`);
  expect(report.all).toMatchObject({
    changes: 2,
    deployments: 2,
    failedChanges: 0,
    installs: 1,
    configured: 2,
  });
  expect(report.hardware.map(({ name }) => name)).toEqual([noted.hardware]);
});
