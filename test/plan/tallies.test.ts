import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepTallies, type Tallies, tally } from '../../src/plan/tallies.ts';
import { anyStep } from '../builders/any-site.ts';

/** A pool with nothing unavailable may stand there with 0, or be left out. */
const counts = ({ installs, unavailable, size }: Tallies) => ({
  installs,
  unavailable: [...unavailable].filter(([, n]) => n !== 0).sort(),
  size: [...size].sort(),
});

it('promise 5: tallies that follow the states, node by node, are those that a count of all gives', () => {
  fc.assert(
    fc.property(anyStep(), anyStep(), fc.infiniteStream(fc.boolean()), (step, later, isReleased) => {
      const { next: site } = step;
      const states = new Map(step.states);
      const kept = keepTallies(site, states);
      for (const name of new Set([...step.states.keys(), ...later.states.keys()])) {
        const state = later.states.get(name);
        if (!state || isReleased.next().value) states.delete(name);
        else states.set(name, state);
        kept.recount(name);
        expect(counts(kept.tallies)).toEqual(counts(tally(site, states)));
      }
    }),
    { numRuns: 500 },
  );
});
