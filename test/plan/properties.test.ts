import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import { type AnyStep, anyStep } from '../builders/any-site.ts';
import { deepFreeze } from '../builders/deep-freeze.ts';
import { accepted, destroying, NOW, planOf, preview } from './step.ts';

const RUNS = { numRuns: 500 };

function eachUnheld(step: AnyStep, check: (name: string) => void): void {
  const { plan } = preview(step.next, step.states, step.previous);
  for (const { node, hold } of destroying(plan)) if (hold === null) check(node);
}

it('promise 2: nothing is destroyed without a raise, another profile, or a want from before', () => {
  fc.assert(
    fc.property(anyStep(), (step) => {
      eachUnheld(step, (name) => {
        const state = step.states.get(name);
        const node = step.next.nodes.get(name);
        const raised = state && node && node.generation > state.baseline.generation;
        const renamed = state && node && node.profile !== state.baseline.profile;
        expect(raised || renamed || state?.want !== null).toBe(true);
      });
    }),
    RUNS,
  );
});

it('promise 2: an unknown, a protected, a paused node and one without a BMC are never destroyed without a hold', () => {
  fc.assert(
    fc.property(anyStep(), (step) => {
      const after = accepted(step.next, step.states);
      eachUnheld(step, (name) => {
        const state = after.get(name);
        const node = step.next.nodes.get(name);
        expect(state?.known || state?.approved).toBeTruthy();
        expect(node?.protected).toBeNull();
        expect(node?.bmc).not.toBeNull();
        expect(node?.paused === null || (node?.paused.until ?? Number.POSITIVE_INFINITY) <= NOW).toBe(true);
        expect(state?.power).not.toBe('unknown');
        expect(state?.stuck).toBeNull();
      });
    }),
    RUNS,
  );
});

it('promise 5: a plan never begins more installs than are allowed beside those under way', () => {
  fc.assert(
    fc.property(anyStep(), ({ next, previous, states }) => {
      const after = accepted(next, states);
      const { plan } = preview(next, states, previous);
      const busy = ['arming', 'booting', 'installing', 'restarting', 'configuring'];
      const underWay = [...after.values()].filter(
        ({ name, phase, attempt }) => next.nodes.has(name) && attempt && busy.includes(phase),
      ).length;
      const begun = destroying(plan).filter(
        ({ node, hold }) => !hold && !busy.includes(after.get(node)?.phase ?? ''),
      ).length;
      expect(begun).toBeLessThanOrEqual(Math.max(0, next.policy.installsAtOnce - underWay));
    }),
    RUNS,
  );
});

it('promise 1: the digest before the acceptance is the digest right after it, and so is what is destroyed', () => {
  fc.assert(
    fc.property(anyStep(), ({ next, previous, states }) => {
      const { plan } = preview(next, states, previous);
      const inForce = planOf(next, accepted(next, states));
      expect(inForce.digest).toBe(plan.digest);
      expect(destroying(inForce)).toEqual(destroying(plan));
    }),
    RUNS,
  );
});

it('promise 1: accepting a commit a second time changes nothing', () => {
  fc.assert(
    fc.property(anyStep(), ({ next, states }) => {
      const after = accepted(next, states);
      expect(preview(next, after).events).toEqual([]);
    }),
    RUNS,
  );
});

it('the plan is pure: the same input gives the same plan, and stays as it was', () => {
  fc.assert(
    fc.property(anyStep(), ({ next, previous, states }) => {
      const input = deepFreeze({ site: next, previous, states, now: NOW });
      const causeOf = () => next.commit;
      expect(makePlan({ ...input, causeOf })).toEqual(makePlan({ ...input, causeOf }));
    }),
    { numRuns: 100 },
  );
});
