import { describe, expect, it } from 'vitest';
import { cut, limitsOf, MARK } from '../../src/review/limits.ts';

describe('limits', () => {
  it('leave room for the mark of our comment', () => {
    expect(limitsOf('github')).toEqual({ comment: 65_536 - MARK.length, status: 140 });
  });

  it('are kept without a character cut in two', () => {
    expect(cut('12 power-cycle', 14)).toBe('12 power-cycle');
    expect(cut('12 power-cycle', 10)).toBe('12 power-…');
    expect(cut('ab🖥️cd', 4)).toBe('ab…');
  });
});
