import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTokens } from '../../src/observe/tokens.ts';

const tokens = createTokens(Buffer.alloc(32, 1));
const ID = '0123456789abcdef0123456789abcdef';

it('opens what it issued, for the use it was issued for', () => {
  const token = tokens.issue('answers', ID);
  expect(tokens.open('answers', token)).toBe(ID);
  expect(tokens.open('callback', token)).toBeNull();
  expect(token).toMatch(/^[\w-]{75}$/);
});

it('after a restart with the same key they are the same; with another key none is known', () => {
  expect(createTokens(Buffer.alloc(32, 1)).open('answers', tokens.issue('answers', ID))).toBe(ID);
  expect(createTokens(Buffer.alloc(32, 2)).open('answers', tokens.issue('answers', ID))).toBeNull();
});

it('opens nothing else', () => {
  const token = tokens.issue('answers', ID);
  const changed = fc
    .tuple(fc.nat(token.length - 1), fc.constantFrom(...'0123456789abcdefXYZ-_ \n'))
    .map(([at, char]) => token.slice(0, at) + char + token.slice(at + 1))
    .filter((other) => other !== token);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), changed), (other) => {
      expect(tokens.open('answers', other)).toBeNull();
    }),
  );
});
