import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sayNames } from '../../src/plan/fold-names.ts';

describe('sayNames', () => {
  it.each([
    [['sip-n01'], 'sip-n01'],
    [['sip-n01', 'sip-n02'], 'sip-n01, sip-n02'],
    [['sip-n01', 'sip-n02', 'sip-n03'], 'sip-n01…n03'],
    [['n8', 'n9', 'n10', 'n11'], 'n8…n11'],
    [['n08', 'n09', 'n10'], 'n08…n10'],
    [['n1', 'n2', 'n4', 'n5', 'n6'], 'n1, n2, n4…n6'],
    [['n1', 'n02', 'n03'], 'n1, n02, n03'],
    [['a1', 'b2', 'c3'], 'a1, b2, c3'],
    [['gateway', 'router'], 'gateway, router'],
    [['rack1-n9', 'rack1-n10', 'rack2-n11'], 'rack1-n9, rack1-n10, rack2-n11'],
  ])('says %j as %s', (names, said) => {
    expect(sayNames(names)).toBe(said);
  });

  it('counts what it leaves out', () => {
    expect(sayNames(['a', 'b', 'c', 'd', 'e'], 3)).toBe('a, b and 3 more');
    expect(sayNames(['a1', 'a2', 'a3', 'b', 'c', 'd', 'e'], 3)).toBe('a1…a3, b and 3 more');
    expect(sayNames(['a', 'b', 'c'], 3)).toBe('a, b, c');
  });

  it('loses no name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60)), (numbers) => {
        const names = numbers.sort((a, b) => a - b).map((n) => `n${String(n).padStart(2, '0')}`);
        expect(unfold(sayNames(names))).toEqual(names);
      }),
    );
  });
});

function unfold(said: string): string[] {
  return said
    .split(', ')
    .filter((piece) => piece !== '')
    .flatMap((piece) => {
      const [from = '', to = from] = piece.split('…');
      const [start, end] = [Number(from.slice(1)), Number(to.slice(1))];
      return Array.from({ length: end - start + 1 }, (_, i) => `n${String(start + i).padStart(2, '0')}`);
    });
}
