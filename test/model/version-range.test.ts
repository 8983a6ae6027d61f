import { describe, expect, it } from 'vitest';
import { matching, parseRange } from '../../src/model/version-range.ts';

const TAGS = [
  ...['latest', '7', '7.2', '6.2.14', '7.0.0', '7.2.0', '7.2.4', '7.2.10', '7.4.1', '8.0.0', 'v8.1.0'],
  ...['7.2.4-alpine', '7.2.5-alpine', '7.2.5-rc1', '0.3.1', '0.3.2', '0.4.0', '7.2.4.1', '07.2.x'],
];

function found(range: string): string[] {
  const parsed = parseRange(range);
  return parsed ? matching(parsed, TAGS) : ['no range'];
}

describe('ranges of versions', () => {
  it.each([
    ['~7.2', ['7.2.10', '7.2.4', '7.2.0']],
    ['~7', ['7.4.1', '7.2.10', '7.2.4', '7.2.0', '7.0.0']],
    ['~7.2.4', ['7.2.10', '7.2.4']],
    ['^7.2', ['7.4.1', '7.2.10', '7.2.4', '7.2.0']],
    ['^0.3.1', ['0.3.2', '0.3.1']],
    ['^0', ['0.4.0', '0.3.2', '0.3.1']],
    ['>=7.2.4 <8', ['7.4.1', '7.2.10', '7.2.4']],
    ['>7.2', ['v8.1.0', '8.0.0', '7.4.1']],
    ['<=7.0', ['7.0.0', '6.2.14', '0.4.0', '0.3.2', '0.3.1']],
    ['=7.2', ['7.2.10', '7.2.4', '7.2.0']],
    ['~7.2-alpine', ['7.2.5-alpine', '7.2.4-alpine']],
    ['~9', []],
  ])('%s', (range, tags) => {
    expect(found(range)).toEqual(tags);
  });

  it.each(['7.2', '~', '~7.x', '>= 7', '~7.2 || ~8', '~7.2-alpine <8-slim', '~1.2.3.4'])(
    '%s is none',
    (text) => {
      expect(parseRange(text)).toBeNull();
    },
  );
});
