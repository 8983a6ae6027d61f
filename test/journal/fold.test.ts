import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold } from '../../src/model/fold.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { anyEvent } from '../builders/any-event.ts';

function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}

it('takes any events in any order, changes no state in place, and gives states that JSON keeps whole', () => {
  fc.assert(
    fc.property(fc.array(anyEvent(['n1', 'n2']), { maxLength: 60 }), (events) => {
      const states = new Map<string, NodeState>();
      events.forEach((event, i) => {
        deepFreeze(event);
        const after = fold(states, { ...event, time: i });
        deepFreeze(after);
        if (after) expect(states.get(after.name)).toBe(after);
      });
      for (const state of states.values()) {
        expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
      }
    }),
    { numRuns: 200 },
  );
});
