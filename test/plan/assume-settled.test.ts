import { describe, expect, it } from 'vitest';
import { assumeSettled } from '../../src/plan/assume-settled.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { aCommit, aNode, aSite, T0 } from '../builders/node.ts';

const nodes = [
  aNode('n1'),
  aNode('n2').power('off'),
  aNode('n3').power('unmanaged'),
  aNode('n4').protected(),
];
const before = aSite(nodes);

function planTo(next: typeof before) {
  const states = assumeSettled(before);
  return makePlan({ site: next, previous: before, states, now: T0, causeOf: () => next.commit }).plan;
}

describe('assumeSettled', () => {
  it('leaves nothing to do at the commit itself', () => {
    expect(planTo(before)).toMatchObject({ actions: [], observedSince: null });
  });

  it('promise 2: plans a reinstall for a raised generation, and for nothing else', () => {
    const next = aSite([aNode('n1').profile('base', 2), aNode('n2'), ...nodes.slice(2)], {
      commit: aCommit('def'),
    });
    expect(planTo(next).actions.map(({ node, kind, change }) => [node, kind, change])).toEqual([
      ['n1', 'install', 'generation 1 → 2'],
      ['n2', 'power-on', 'power off → on'],
    ]);
  });
});
