import { expect, it } from 'vitest';
import { aNode, aPool, aSite } from '../builders/node.ts';
import { accepted, NOW, names, nextSite, planOf, preview, settled, statesOf } from './step.ts';

const site = nextSite(
  names(4).map((name) => aNode(name).profile('docker')),
  { pools: new Map([['sip', aPool('sip', { unavailable: 9 })]]) },
);
const states = statesOf(...names(4).map((name) => settled(name)));

it('promise 1: the digest of the pull request is the digest after the merge', () => {
  const mixed = nextSite([
    aNode('n1').profile('docker'),
    aNode('n2').power('off'),
    aNode('n3').with({ configDigest: 'config-edited', bootAddress: '10.0.0.9' }),
    aNode('n5'),
  ]);
  const previous = aSite(names(4).map((name) => aNode(name)));
  const { plan } = preview(mixed, states, previous);
  expect(new Set(plan.actions.map(({ kind }) => kind))).toEqual(
    new Set(['install', 'power-off', 'configure', 'files', 'find', 'release']),
  );
  expect(planOf(mixed, accepted(mixed, states)).digest).toBe(plan.digest);
});

it('is not moved by drift, by queueing, by time or by the name of the merge', () => {
  const { digest } = preview(site, states).plan;
  const drifted = statesOf(...names(4).map((name, i) => settled(name).power(i % 2 ? 'on' : 'off')));
  const unreachable = statesOf(...names(4).map((name) => settled(name).unreachable()));
  expect(preview(site, drifted).plan.digest).toBe(digest);
  expect(preview(site, unreachable).plan.digest).toBe(digest);
  expect(preview(site, states, null, NOW + 86_400_000).plan.digest).toBe(digest);
  expect(preview({ ...site, commit: { ...site.commit, id: 'f'.repeat(40) } }, states).plan.digest).toBe(
    digest,
  );
  expect(digest).toMatch(/^[0-9a-f]{12}$/);
});

it('changes with which disks are destroyed, why, and what needs an approval', () => {
  const raised = nextSite(names(4).map((name) => aNode(name).profile('base', 2)));
  const digests = [
    preview(site, states).plan.digest,
    preview(raised, states).plan.digest,
    preview(
      nextSite([
        aNode('n1').profile('docker'),
        ...names(4)
          .slice(1)
          .map((name) => aNode(name)),
      ]),
      states,
    ).plan.digest,
    preview({ ...site, policy: { ...site.policy, reinstallsPerCommit: 4 } }, states).plan.digest,
    preview(nextSite(names(4).map((name) => aNode(name))), states).plan.digest,
  ];
  expect(new Set(digests).size).toBe(digests.length);
});
