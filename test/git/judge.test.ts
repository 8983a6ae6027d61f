import { describe, expect, it } from 'vitest';
import { judge } from '../../src/git/judge.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const c = 'c'.repeat(40);

describe('promise 4: which commit comes into force', () => {
  it.each([
    ['the first commit seen', { accepted: null, head: a, isAncestor: null, allowed: null }, 'advance'],
    ['no movement', { accepted: a, head: a, isAncestor: true, allowed: null }, 'same'],
    ['a fast-forward', { accepted: a, head: b, isAncestor: true, allowed: null }, 'advance'],
    ['another history', { accepted: a, head: b, isAncestor: false, allowed: null }, 'rewritten'],
    [
      'an accepted commit that is gone',
      { accepted: a, head: b, isAncestor: null, allowed: null },
      'rewritten',
    ],
    ['a head that a person allowed', { accepted: a, head: b, isAncestor: false, allowed: b }, 'advance'],
    [
      'another head than the one allowed',
      { accepted: a, head: c, isAncestor: false, allowed: b },
      'rewritten',
    ],
  ] as const)('%s', (_, evidence, verdict) => {
    expect(judge(evidence)).toBe(verdict);
  });
});
