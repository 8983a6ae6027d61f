import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, limitsOf, MARK } from '../../src/review/limits.ts';
import { withoutCommands } from '../../src/review/no-commands.ts';

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

describe('text for a forge', () => {
  const line = fc.string({
    unit: fc.constantFrom('/', 'a', 'Merge', ' ', '\t', '>', '\n', '\r\n', '`', '\u2060'),
  });

  it('has no command at the head of a line, and is the same when it is done again', () => {
    fc.assert(
      fc.property(line, (text) => {
        const safe = withoutCommands(text);
        expect(safe).not.toMatch(/^[\s>]*\/[a-z]/im);
        expect(withoutCommands(safe)).toBe(safe);
        expect(safe.replaceAll('\u2060', '')).toBe(text.replaceAll('\u2060', ''));
      }),
    );
  });
});
