import { describe, expect, it } from 'vitest';
import { sayExpectation } from '../../src/plan/expect.ts';
import { aNode, aSite } from '../builders/node.ts';
import { anAction, aPlan, held, names } from '../builders/plan.ts';

const MINUTE = 60_000;
const TIMES = new Map([['base', { median: 9 * MINUTE, count: 14 }]]);
const twelve = names('sip-n', 12);

function site(policy: { installsAtOnce: number; unavailablePerPool: number }) {
  const built = aSite(
    twelve.map((name) => aNode(name)),
    { policy },
  );
  const pools = [...built.pools].map(
    ([name, pool]) => [name, { ...pool, unavailable: policy.unavailablePerPool }] as const,
  );
  return { ...built, pools: new Map(pools) };
}

describe('how long a plan takes', () => {
  it('is the median of what is on record, as many at once as may be', () => {
    const plan = aPlan(twelve.map((name) => anAction(name)));
    expect(sayExpectation(plan, site({ installsAtOnce: 4, unavailablePerPool: 12 }), TIMES)).toBe(
      'about 27 min: sip-n01…n04 first, sip-n09…n12 last; base takes 9 min (median of 14)',
    );
    expect(sayExpectation(plan, site({ installsAtOnce: 40, unavailablePerPool: 3 }), TIMES)).toContain(
      'about 36 min: sip-n01…n03 first, sip-n10…n12 last',
    );
    expect(sayExpectation(plan, site({ installsAtOnce: 40, unavailablePerPool: 40 }), TIMES)).toContain(
      'about 9 min, all at once',
    );
  });

  it('is at most the timeout where nothing is on record', () => {
    const plan = aPlan([anAction('sip-n01')]);
    const said = sayExpectation(plan, site({ installsAtOnce: 4, unavailablePerPool: 4 }), new Map());
    expect(said).toMatch(/^at most \d+ min; no install of base is on record, its timeout is \d+ min$/);
  });

  it('counts what waits for an approval, and nothing else that is held', () => {
    const one = anAction('sip-n01');
    const around = site({ installsAtOnce: 4, unavailablePerPool: 4 });
    expect(sayExpectation(aPlan([held(one, 'reinstalls-per-commit', 'why', true)]), around, TIMES)).toContain(
      'about 9 min once all is approved',
    );
    expect(sayExpectation(aPlan([held(one, 'protected', 'why')]), around, TIMES)).toBe('');
    expect(sayExpectation(aPlan([]), around, TIMES)).toBe('');
  });

  it('does not wait for ever where a cap lets none begin', () => {
    const plan = aPlan([anAction('sip-n01'), anAction('sip-n02')]);
    expect(sayExpectation(plan, site({ installsAtOnce: 0, unavailablePerPool: 0 }), TIMES)).toContain(
      'about 18 min',
    );
  });
});
