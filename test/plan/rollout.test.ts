import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/model/fold.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { anEvent } from '../builders/event.ts';
import {
  aCommit,
  aNode,
  aPool,
  aRecord,
  aSite,
  type NodeBuilder,
  type StateBuilder,
} from '../builders/node.ts';
import { fates, NOW, planOf, settled, statesOf } from './step.ts';

const C = aCommit('abc').id;

/** A pool of nodes that Git says at generation 2. */
function aRollout(rollout: { canary?: number; haltAfter?: number | null }, nodes: readonly NodeBuilder[]) {
  const pool = aPool('sip', { unavailable: 100, rollout: { canary: 0, haltAfter: null, ...rollout } });
  return aSite(nodes, { policy: { installsAtOnce: 100 }, pools: new Map([['sip', pool]]) });
}

const raised = (name: string) => aNode(name).profile('base', 2);
const wanting = (name: string) => settled(name).wants('base', 2);
/** Was reinstalled by the commit, and is well. */
const done = (name: string) => settled(name, 'base', 2).with({ record: aRecord('base', 2) });
const failing = (name: string, at = NOW - 1000) =>
  wanting(name)
    .attempt({ armed: false, answersAt: at })
    .held()
    .with({ record: null, failed: { commit: C, at } });

function fatesOf(rollout: Parameters<typeof aRollout>[0], ...states: StateBuilder[]): string[] {
  const built = states.map((state) => state.build());
  return fates(
    planOf(
      aRollout(
        rollout,
        built.map(({ name }) => raised(name)),
      ),
      statesOf(...states),
    ),
  );
}

describe('canaries', () => {
  it('the first go, in the order of names, and the rest says which', () => {
    const site = aRollout({ canary: 2 }, ['n1', 'n2', 'n10'].map(raised));
    const plan = planOf(site, statesOf(...['n1', 'n2', 'n10'].map(wanting)));
    expect(fates(plan)).toEqual(['n1 now', 'n2 now', 'n10 held by canary']);
    expect(plan.actions.at(-1)?.hold).toEqual({
      guard: 'canary',
      why: 'n1, n2 go first; it follows by itself when those are settled and healthy',
      needsApproval: false,
    });
  });

  it('one at work keeps the others back, until it is settled', () => {
    const busy = wanting('n1').attempt().phase('installing');
    expect(fatesOf({ canary: 1 }, busy, wanting('n2'))).toEqual(['n2 held by canary']);
    expect(fatesOf({ canary: 1 }, done('n1'), wanting('n2'), wanting('n3'))).toEqual(['n2 now', 'n3 now']);
  });

  it.each([
    ['off', done('n1').power('off')],
    ['not to be reached', done('n1').unreachable()],
    ['stuck', done('n1').stuck()],
    ['to be configured', done('n1').with({ configDigest: 'old' })],
  ])('one that is installed and %s is not healthy', (_what, n1) => {
    expect(fatesOf({ canary: 1 }, n1, wanting('n2'))).toContain('n2 held by canary');
  });

  it('one that failed keeps the others back; it is not passed over', () => {
    const stuck = wanting('n1').attempt({ armed: false }).stuck();
    const site = aRollout({ canary: 1 }, ['n1', 'n2'].map(raised));
    const plan = planOf(site, statesOf(stuck, wanting('n2')));
    expect(fates(plan)).toEqual(['n1 held by stuck', 'n2 held by canary']);
    expect(plan.actions.at(-1)?.hold?.why).toBe(
      'n1 goes first (n1 stuck); it follows by itself when that is settled and healthy',
    );
  });

  it('what was installed by another commit is no canary of this one', () => {
    const before = settled('n1').with({ record: aRecord('base', 2, { commit: aCommit('old').id }) });
    expect(fatesOf({ canary: 1 }, before, wanting('n2'), wanting('n3'))).toEqual([
      'n2 now',
      'n3 held by canary',
    ]);
  });

  it.each([
    ['protected', raised('n1').protected(), wanting('n1')],
    ['paused', raised('n1').paused(), wanting('n1')],
    ['without a BMC', raised('n1').bmc(null), wanting('n1')],
    ['not to be reached', raised('n1'), wanting('n1').unreachable()],
    ['unknown', raised('n1'), wanting('n1').with({ known: false, record: null })],
    ['waiting for another', raised('n1').with({ dependsOn: [{ kind: 'node', name: 'n2' }] }), wanting('n1')],
  ])('a node that is %s is passed over', (_what, node, state) => {
    const site = aRollout({ canary: 1 }, [node, raised('n2'), raised('n3')]);
    const [first, ...rest] = fates(planOf(site, statesOf(state, wanting('n2'), wanting('n3'))));
    expect(first).toMatch(/^n1 held by /);
    expect(rest).toEqual(['n2 now', 'n3 held by canary']);
  });

  it('a commit that asks for no more than them holds nothing', () => {
    expect(fatesOf({ canary: 3 }, wanting('n1'), wanting('n2'))).toEqual(['n1 now', 'n2 now']);
  });

  it('each commit has its own, and each pool', () => {
    const other = wanting('n2').wants('base', 2, { commit: aCommit('def').id });
    expect(fatesOf({ canary: 1 }, wanting('n1'), other, wanting('n3'))).toEqual([
      'n1 now',
      'n2 now',
      'n3 held by canary',
    ]);
  });

  it('an approval does not let a node pass the canaries', () => {
    expect(fatesOf({ canary: 1 }, wanting('n1'), wanting('n2').approved())).toEqual([
      'n1 now',
      'n2 held by canary',
    ]);
  });
});

describe('a rollout that fails halts itself', () => {
  const two = [failing('n1'), failing('n2', NOW - 500)];

  it('when more have failed than it may, with their names', () => {
    expect(fatesOf({ haltAfter: 2 }, ...two, wanting('n3')).at(-1)).toBe('n3 now');
    const site = aRollout({ haltAfter: 1 }, ['n1', 'n2', 'n3'].map(raised));
    const plan = planOf(site, statesOf(...two, wanting('n3')));
    expect(plan.actions.at(-1)?.hold).toEqual({
      guard: 'halted',
      why: `the rollout of ${C.slice(0, 10)} in pool sip has halted: 2 nodes failed (n1, n2), rollout.haltAfter is 1; mend it by a commit, or approve the plan's digest or the node`,
      needsApproval: true,
    });
  });

  it('a disk that is lost already goes on; one that has failed before that does not', () => {
    const booted = failing('n3').with({ record: aRecord('base', 1) });
    expect(fatesOf({ haltAfter: 1 }, ...two, booted)).toEqual(['n1 now', 'n2 now', 'n3 held by halted']);
  });

  it('a node is not kept from its next attempt by its own failure', () => {
    const booted = failing('n1').with({ record: aRecord('base', 1) });
    expect(fatesOf({ haltAfter: 0 }, booted, wanting('n2'))).toEqual(['n1 now', 'n2 held by halted']);
  });

  it('an approval from before the failures does not lift it, one after them does, and further failures halt it again', () => {
    const approvedAt = (at: number) => wanting('n3').with({ approved: { by: 'thandi', at, digest: null } });
    const fate = (at: number, ...more: StateBuilder[]) =>
      fatesOf({ haltAfter: 1 }, ...two, approvedAt(at), ...more)[2];
    expect(fate(NOW - 2000)).toBe('n3 held by halted');
    expect(fate(NOW - 500)).toBe('n3 now');
    expect(fate(NOW - 500, failing('n4', NOW - 400))).toBe('n3 now');
    expect(fate(NOW - 500, failing('n4', NOW - 400), failing('n5', NOW - 300))).toBe('n3 held by halted');
  });

  it('failures of another commit, or of another pool, are not counted', () => {
    const other = (state: StateBuilder) => state.with({ failed: { commit: aCommit('old').id, at: NOW - 1 } });
    expect(fatesOf({ haltAfter: 1 }, ...two.map(other), wanting('n3')).at(-1)).toBe('n3 now');
    const site = aRollout({ haltAfter: 0 }, [raised('n1').pool('hte'), raised('n2')]);
    expect(fates(planOf(site, statesOf(failing('n1'), wanting('n2')))).at(-1)).toBe('n2 now');
  });

  it('is named before other guards, and outdates the digest that was approved before', () => {
    const site = aRollout({ haltAfter: 1 }, ['n1', 'n2', 'n3'].map(raised));
    const many = settled('n3').wants('base', 2, { together: 12 });
    const before = planOf(site, statesOf(wanting('n1'), wanting('n2'), many));
    const after = planOf(site, statesOf(...two, many));
    expect(fates(before).at(-1)).toBe('n3 held by reinstalls-per-commit');
    expect(fates(after).at(-1)).toBe('n3 held by halted');
    expect(after.digest).not.toBe(before.digest);
  });

  it('follows from the events: failed from the first failed attempt until it settles', () => {
    const states = new Map([['n1', wanting('n1').attempt().phase('installing').build()]]);
    const marks: (NodeState['failed'] | undefined)[] = [];
    const say = (...event: Parameters<typeof anEvent>) => {
      fold(states, { ...anEvent(...event), time: NOW });
      marks.push(states.get('n1')?.failed);
    };
    say('n1', 'AttemptFailed', { attempt: 1, why: 'no', missing: 'installed', retryAt: NOW });
    say('n1', 'AttemptStarted', { attempt: 2, installId: 'i2', target: wanting('n1').build().want as never });
    say('n1', 'InstallSettled', { record: aRecord('base', 2), durationMs: 1 });
    expect(marks).toEqual([{ commit: C, at: NOW }, { commit: C, at: NOW }, null]);
  });
});

describe('configuration is rolled out in the same way', () => {
  const fresh = (name: string) => aNode(name).with({ configDigest: 'new' });
  const lacking = (name: string) => settled(name).with({ configDigest: 'old' });
  const well = (name: string) => settled(name).with({ configDigest: 'new' });
  const stuck = (name: string) => lacking(name).stuck('stack common failed');

  function acts(rollout: Parameters<typeof aRollout>[0], ...states: StateBuilder[]): string[] {
    const site = aRollout(
      rollout,
      states.map((state) => fresh(state.build().name)),
    );
    return planOf(site, statesOf(...states))
      .actions.filter(({ kind }) => kind === 'configure')
      .map(({ node, hold }) => `${node} ${hold?.guard ?? 'now'}`);
  }

  it('canaries go first, and the rest when they are well', () => {
    const rules = { canary: 1 };
    expect(acts(rules, lacking('n1'), lacking('n2'))).toEqual(['n1 now', 'n2 canary']);
    expect(acts(rules, lacking('n1').phase('configuring'), lacking('n2'))).toEqual(['n2 canary']);
    expect(acts(rules, stuck('n1'), lacking('n2'))).toEqual(['n1 now', 'n2 canary']);
    expect(acts(rules, lacking('n1').paused(), lacking('n2'))).toEqual(['n1 paused', 'n2 now']);
    expect(acts(rules, well('n1'), lacking('n2'), lacking('n3'))).toEqual(['n2 now', 'n3 now']);
  });

  it('it halts, and those that failed may go on; no approval can make an install of it', () => {
    expect(acts({ haltAfter: 1 }, stuck('n1'), lacking('n2'))).toEqual(['n1 now', 'n2 now']);
    expect(acts({ haltAfter: 1 }, stuck('n1'), stuck('n2'), lacking('n3'))).toEqual([
      'n1 now',
      'n2 now',
      'n3 halted',
    ]);
    const site = aRollout({ haltAfter: 0 }, [fresh('n1'), fresh('n2')]);
    const plan = planOf(site, statesOf(stuck('n1'), lacking('n2')));
    expect(plan.actions.at(-1)?.hold).toMatchObject({ guard: 'halted', needsApproval: false });
  });
});

describe('promise 5: however a pool stands', () => {
  const anyState = fc.constantFrom(wanting, done, failing, (name: string) => wanting(name).unreachable());

  it('no more begin before the canaries are well than there are canaries, and there is always one that may', () => {
    const any = fc.tuple(fc.array(anyState, { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(any, ([drawn, canary]) => {
        const states = drawn.map((make, i) => make(`n${i + 1}`));
        const begun = drawn.filter((make) => make === failing).length;
        const well = drawn.filter((make) => make === done).length;
        const fit = drawn.filter((make) => make === wanting).length;
        const begins = fatesOf({ canary }, ...states).filter((fate) => /now$/.test(fate)).length - begun;
        const slots = well >= canary ? fit : Math.min(fit, Math.max(0, canary - well - begun));
        expect(begins).toBe(slots);
      }),
    );
  });
});
