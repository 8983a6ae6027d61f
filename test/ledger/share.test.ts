import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createShare } from '../../src/ledger/share.ts';

it('answers what is equal to the value, and the same for equal ones', () => {
  const share = createShare();
  const anyValue = fc.oneof(
    fc.string(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.string()),
  );
  fc.assert(
    fc.property(anyValue, (value) => {
      const copy = structuredClone(value);
      expect(share(value)).toEqual(copy);
      expect(share(copy)).toBe(share(value));
    }),
  );
  // A text that looks like a list is none.
  expect([share(['a']), share('["a"]')]).toEqual([['a'], '["a"]']);
});
