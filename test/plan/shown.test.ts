import { describe, expect, it } from 'vitest';
import type { ShownPlan } from '../../src/model/review.ts';
import { differenceOf } from '../../src/plan/compare-shown.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { aNode } from '../builders/node.ts';
import { accepted, NOW, nextSite, planOf, preview, settled, statesOf } from './step.ts';

const states = statesOf(settled('n1'), settled('n2'), settled('n3'));

function raised(...names: string[]) {
  return nextSite(
    ['n1', 'n2', 'n3'].map((name) => aNode(name).profile('base', names.includes(name) ? 2 : 1)),
  );
}

function shownFor(site: ReturnType<typeof raised>, pullRequest = 12): ShownPlan {
  const { plan } = preview(site, states);
  const destroys = plan.actions.filter(({ kind }) => kind === 'install').map(({ node }) => node);
  return { pullRequest, url: '', ref: '', head: 'h', tree: 't', digest: plan.digest, destroys };
}

function step(site: ReturnType<typeof raised>, shown: readonly ShownPlan[]) {
  return makePlan({ site, previous: null, states, now: NOW, causeOf: () => site.commit, shown });
}

describe('promise 1: a commit is held against what its pull request showed', () => {
  it('begins what was shown, with the same digest', () => {
    const shown = shownFor(raised('n1', 'n2'));
    const { plan } = step(raised('n1', 'n2'), [shown]);
    expect(plan.digest).toBe(shown.digest);
    expect(differenceOf([shown], plan)).toBeNull();
    expect(plan.actions.filter(({ hold }) => hold?.needsApproval)).toEqual([]);
  });

  it('holds a loss that nobody was shown, and says which', () => {
    const shown = shownFor(raised('n1'));
    const { plan, events } = step(raised('n1', 'n2'), [shown]);
    expect(plan.actions.map(({ node, hold }) => [node, hold?.guard ?? null])).toEqual([
      ['n1', null],
      ['n2', 'not-shown'],
    ]);
    expect(plan.actions[1]?.hold?.why).toBe(
      "pull request #12 did not show that this disk would be lost; approve the plan's digest or the node",
    );
    expect(differenceOf([shown], plan)).toEqual({
      more: ['n2'],
      fewer: [],
      message: `the plan ${plan.digest} is not what pull request #12 showed (${shown.digest}): it also destroys n2, held until approved`,
    });
    const after = accepted(raised('n1', 'n2'), states);
    expect(planOf(raised('n1', 'n2'), after).actions[1]?.hold).toBeNull();
    expect(events.filter(({ reason }) => reason === 'InstallWanted')).toHaveLength(2);
  });

  it('takes several pull requests that were merged at once together', () => {
    const both = [shownFor(raised('n1'), 12), shownFor(raised('n3'), 14)];
    const { plan } = step(raised('n1', 'n3'), both);
    expect(plan.actions.filter(({ hold }) => hold?.guard === 'not-shown')).toEqual([]);
    expect(differenceOf(both, plan)).toBeNull();
  });

  it('tells of a loss that was shown and does not come', () => {
    const shown = shownFor(raised('n1', 'n2'));
    const { plan } = step(raised('n1'), [shown]);
    expect(differenceOf([shown], plan)?.message).toContain('it no longer destroys n2');
  });

  it('holds nothing that was pushed without a pull request', () => {
    expect(step(raised('n1', 'n2'), []).plan.actions.map(({ hold }) => hold?.guard ?? null)).not.toContain(
      'not-shown',
    );
  });
});
