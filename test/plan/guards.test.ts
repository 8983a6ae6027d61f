import { describe, expect, it } from 'vitest';
import { fold } from '../../src/model/fold.ts';
import { anEvent } from '../builders/event.ts';
import { aNode, aPool, aSite } from '../builders/node.ts';
import {
  accepted,
  destroying,
  fates,
  NOW,
  names,
  nextSite,
  planOf,
  preview,
  settled,
  statesOf,
} from './step.ts';

/** The pool default of 12 settled nodes becomes another profile. */
function twelve() {
  const site = nextSite(
    names(12).map((name) => aNode(name).profile('docker')),
    {
      policy: { installsAtOnce: 100 },
      pools: new Map([['sip', aPool('sip', { unavailable: 100 })]]),
    },
  );
  return { site, before: statesOf(...names(12).map((name) => settled(name))) };
}

describe('promise 5: blast radius is bounded', () => {
  it('a pool default that would reinstall 12 holds all of them, with one sentence', () => {
    const { site, before } = twelve();
    const { plan } = preview(site, before);
    expect(destroying(plan)).toHaveLength(12);
    expect(new Set(plan.actions.map(({ hold }) => JSON.stringify(hold)))).toEqual(
      new Set([
        JSON.stringify({
          guard: 'reinstalls-per-commit',
          why: "one commit asks for 12 reinstalls and policy.reinstallsPerCommit is 3; approve the plan's digest or the node",
          needsApproval: true,
        }),
      ]),
    );
  });

  it('approval of the digest releases them', () => {
    const { site, before } = twelve();
    const states = accepted(site, before);
    const { digest } = planOf(site, states);
    for (const name of names(12))
      fold(states, { ...anEvent(name, 'InstallApproved', { digest, why: '' }), time: NOW });
    expect(fates(planOf(site, states))).toEqual(names(12).map((name) => `${name} now`));
  });

  it('the allowance is kept to the last one', () => {
    const raised = names(3).map((name) => aNode(name).profile('base', 2));
    const site = nextSite(raised, { pools: new Map([['sip', aPool('sip', { unavailable: 9 })]]) });
    expect(fates(preview(site, statesOf(...names(3).map((name) => settled(name)))).plan)).toEqual([
      'n1 now',
      'n2 now',
      'n3 now',
    ]);
  });

  it('installs at once are admitted in the order of names', () => {
    const wishes = names(11).map((name) => aNode(name).profile('base', 2));
    const site = aSite(wishes, {
      policy: { installsAtOnce: 2 },
      pools: new Map([['sip', aPool('sip', { unavailable: 100 })]]),
    });
    const plan = planOf(site, statesOf(...names(11).map((name) => settled(name).wants('base', 2))));
    expect(fates(plan)).toEqual([
      'n1 now',
      'n2 now',
      ...names(11)
        .slice(2)
        .map((name) => `${name} held by installs-at-once`),
    ]);
  });

  it.each([
    [1, 10, 1],
    [2, 10, 2],
    ['25%', 8, 2],
    ['25%', 11, 2],
    ['1%', 8, 1],
    ['100%', 3, 3],
    [0, 3, 0],
  ] as const)('unavailable per pool: %s of %d lets %d begin', (unavailable, size, begin) => {
    const site = aSite(
      names(size).map((name) => aNode(name).profile('base', 2)),
      {
        policy: { installsAtOnce: 100 },
        pools: new Map([['sip', aPool('sip', { unavailable })]]),
      },
    );
    const plan = planOf(site, statesOf(...names(size).map((name) => settled(name).wants('base', 2))));
    expect(fates(plan)).toEqual(
      names(size).map((name, i) => (i < begin ? `${name} now` : `${name} held by unavailable-per-pool`)),
    );
  });

  it('a node that is out of service already costs no place of its own, and takes one from the others', () => {
    const site = aSite([aNode('n1').profile('base', 2), aNode('n2').profile('base', 2)], {
      pools: new Map([['sip', aPool('sip', { unavailable: 1 })]]),
    });
    const off = settled('n1').wants('base', 2).power('off');
    expect(fates(planOf(site, statesOf(off, settled('n2').wants('base', 2))))).toEqual([
      'n1 now',
      'n2 held by unavailable-per-pool',
    ]);
  });

  it('pools do not share their allowance', () => {
    const site = aSite([aNode('n1').profile('base', 2), aNode('n2').pool('hte').profile('base', 2)], {
      pools: new Map([
        ['sip', aPool('sip', { unavailable: 1 })],
        ['hte', aPool('hte', { unavailable: 1 })],
      ]),
    });
    const states = statesOf(settled('n1').wants('base', 2), settled('n2').wants('base', 2));
    expect(fates(planOf(site, states))).toEqual(['n1 now', 'n2 now']);
  });
});

describe('guards that an approval does not lift', () => {
  const approved = settled('n1').wants('base', 2).approved();

  it.each([
    ['protected', aNode('n1').profile('base', 2).protected('the commissioning data'), approved],
    ['paused', aNode('n1').profile('base', 2).paused(), approved],
    [
      'paused',
      aNode('n1')
        .profile('base', 2)
        .paused('fan', NOW + 1),
      approved,
    ],
    ['paused', aNode('n1').profile('base', 2), approved.paused()],
    ['no-bmc', aNode('n1').profile('base', 2).bmc(null), approved],
    ['power-unknown', aNode('n1').profile('base', 2), approved.unreachable()],
  ])('%s', (guard, node, state) => {
    const plan = planOf(aSite([node]), statesOf(state));
    expect(fates(plan)).toEqual([`n1 held by ${guard}`]);
    expect(destroying(plan)[0]?.hold?.needsApproval).toBe(false);
  });

  it('a pause that has run out holds nothing', () => {
    const node = aNode('n1').profile('base', 2).paused('fan', NOW);
    expect(fates(planOf(aSite([node]), statesOf(approved.paused('x', NOW))))).toEqual(['n1 now']);
  });
});

describe('promise 9: unknown is a value', () => {
  it('no power action while the state is not known', () => {
    const states = statesOf(settled('n1').unreachable(), settled('n2').with({ power: 'unknown' }));
    expect(planOf(aSite([aNode('n1'), aNode('n2').power('off')]), states).actions).toEqual([]);
  });

  it('a node that has not reported is not switched off', () => {
    const states = statesOf(settled('n1').with({ known: false, record: null }).phase('found'));
    expect(planOf(aSite([aNode('n1').power('off')]), states).actions[0]).toMatchObject({
      kind: 'power-off',
      hold: { guard: 'unknown-install', needsApproval: false },
    });
  });

  it('policy.power: report only shows drift', () => {
    const site = aSite([aNode('n1')], { policy: { power: 'report' } });
    expect(planOf(site, statesOf(settled('n1').power('off'))).actions).toMatchObject([
      { kind: 'drift', effect: 'none' },
    ]);
  });
});
