import { describe, expect, it } from 'vitest';
import type { Dependency } from '../../src/model/desired.ts';
import { newImageMemory } from '../../src/model/images.ts';
import { askedOf } from '../../src/plan/image-names.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { aMirror } from '../builders/image.ts';
import { aNode, aSite, type StateBuilder } from '../builders/node.ts';
import { fates, NOW, planOf, settled, statesOf } from './step.ts';

const ON_STO: Dependency[] = [{ kind: 'pool', name: 'sto' }];
const ON_S1: Dependency[] = [{ kind: 'node', name: 's1' }];

/** The storage node as Git says it. */
function asWanted(s1: StateBuilder) {
  return aNode('s1').profile('base', s1.build().want?.generation);
}

/** Compute node `n1` depends on storage nodes `s1`, `s2`, and is to be reinstalled. */
function why(s1: StateBuilder, dependsOn = ON_STO, s2 = settled('s2')): string {
  const site = aSite([
    aNode('n1').profile('base', 2).with({ dependsOn }),
    asWanted(s1).pool('sto'),
    aNode('s2').pool('sto'),
  ]);
  const plan = planOf(site, statesOf(settled('n1').wants('base', 2), s1, s2));
  return plan.actions.find(({ node }) => node === 'n1')?.hold?.why ?? 'now';
}

describe('an install waits for what its node depends on', () => {
  it.each([
    ['settled', settled('s1'), 'now'],
    ['off', settled('s1').power('off'), 'is off'],
    ['of unknown power', settled('s1').unreachable(), 'cannot be asked for its power'],
    ['stuck', settled('s1').stuck(), 'is stuck'],
    ['installing', settled('s1').wants('base', 2).attempt().phase('installing'), 'is being installed'],
    ['to be reinstalled', settled('s1').wants('base', 2), 'is to be reinstalled'],
    ['to be configured', settled('s1').with({ configDigest: 'old' }), 'is to be configured'],
    [
      'not well',
      settled('s1').with({ stacks: [{ name: 'ceph', state: 'failed' }] }),
      'reports that its stack ceph failed',
    ],
    ['not told of', settled('s1').with({ record: null, known: false }), 'has not reported what it carries'],
  ])('on a node that is %s', (_what, s1, says) => {
    const sentence = says === 'now' ? 'now' : `it depends on node/s1, which ${says}; it follows by itself`;
    expect(why(s1, ON_S1)).toBe(sentence);
  });

  it('on every node of a pool, and names them', () => {
    expect(why(settled('s1'))).toBe('now');
    expect(why(settled('s1').stuck(), ON_STO, settled('s2').power('off'))).toBe(
      'it depends on pool/sto: for s1, which is stuck, and for s2; it follows by itself',
    );
  });

  it('on an image, until the registry has it as declared', () => {
    const image = aMirror('pipeline');
    const node = aNode('n1')
      .profile('base', 2)
      .with({ dependsOn: [{ kind: 'image', name: 'pipeline' }] });
    const site = aSite([node], {
      images: new Map([['pipeline', image]]),
      registries: new Map([['karoo', { endpoint: 'https://karoo:5000', own: true }]]),
    });
    const [wish] = image.tags;
    if (!wish || !('tag' in wish)) throw new Error('an image with a tag');
    const planWith = (present: string | null) => {
      const tags = new Map([[wish.tag, { wanted: { digest: 'sha256:1', bytes: 1 }, present }]]);
      const asked = askedOf(image);
      const observation = { asked, tags, ranges: new Map(), problem: null, code: null, at: NOW };
      return makePlan({
        ...{ site, previous: null, states: statesOf(settled('n1').wants('base', 2)), now: NOW },
        causeOf: () => site.commit,
        images: { observed: new Map([['pipeline', observation]]), memory: newImageMemory() },
      }).plan;
    };
    expect(fates(planWith(null))).toEqual(['n1 held by dependency']);
    expect(fates(planWith('sha256:1'))).toEqual(['n1 now']);
  });

  it('a row is installed from its end', () => {
    const on = (name: string) => ({ dependsOn: [{ kind: 'node' as const, name }] });
    const site = aSite(
      [
        aNode('n1').profile('base', 2).with(on('n2')),
        aNode('n2').profile('base', 2).with(on('n3')),
        aNode('n3').profile('base', 2),
      ],
      { policy: { unavailablePerPool: 9 } },
    );
    const states = statesOf(...['n1', 'n2', 'n3'].map((name) => settled(name).wants('base', 2)));
    expect(fates(planOf(site, states))).toEqual(['n1 held by dependency', 'n2 held by dependency', 'n3 now']);
  });
});

describe('power and configuration', () => {
  /** What becomes of `n1`, which depends on `s1`, is off and is to be configured. */
  function acts(s1: StateBuilder, power: 'on' | 'off' = 'on'): string[] {
    const n1 = aNode('n1').power(power).with({ dependsOn: ON_S1, configDigest: 'new' });
    const site = aSite([n1, asWanted(s1).pool('sto')]);
    const state = settled('n1')
      .power(power === 'on' ? 'off' : 'on')
      .with({ configDigest: 'old' });
    return planOf(site, statesOf(state, s1))
      .actions.filter(({ node }) => node === 'n1')
      .map(({ kind, hold }) => `${kind} ${hold?.guard ?? 'now'}`);
  }

  it('a node is switched on when what it depends on is up, whatever is to come there', () => {
    expect(acts(settled('s1'))).toEqual(['power-on now', 'configure now']);
    expect(acts(settled('s1').power('off'))).toEqual(['power-on dependency', 'configure dependency']);
    expect(acts(settled('s1').wants('base', 2).held())).toEqual(['power-on now', 'configure dependency']);
    expect(acts(settled('s1').phase('configuring'))).toEqual(['power-on now', 'configure dependency']);
    expect(acts(settled('s1').stuck())).toEqual(['power-on dependency', 'configure dependency']);
  });

  it('it is switched off whenever Git says so', () => {
    expect(acts(settled('s1').power('off'), 'off')[0]).toBe('power-off now');
  });
});
