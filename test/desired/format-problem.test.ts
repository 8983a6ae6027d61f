import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../src/desired/excerpt.ts';
import { formatProblem } from '../../src/desired/format-problem.ts';
import type { Problem } from '../../src/model/problem.ts';

const problem: Problem = {
  code: 'schema',
  severity: 'error',
  file: 'inventory/nodes/sip.yaml',
  line: 12,
  column: 9,
  message: 'power is wrong',
  hint: 'Correct it.',
  excerpt: 'power: onn\n        ^',
};

describe('formatProblem', () => {
  it('shows place, message, excerpt and hint', () => {
    expect(formatProblem(problem, { colour: false })).toBe(
      'inventory/nodes/sip.yaml:12:9  error  power is wrong\n    power: onn\n            ^\n    Correct it.',
    );
  });

  it('shows a whole file without a line, and a warning as one', () => {
    const { hint, excerpt, ...rest } = problem;
    expect(formatProblem({ ...rest, line: 0, column: 0, severity: 'warning' }, { colour: false })).toBe(
      'inventory/nodes/sip.yaml  warning  power is wrong',
    );
  });

  it('colours only when it is asked to', () => {
    expect(formatProblem(problem, { colour: true })).toContain('\u001b[31merror\u001b[39m');
    expect(formatProblem(problem, { colour: false })).not.toContain('\u001b');
  });

  it('lets nothing reach the terminal that moves its cursor', () => {
    const nasty = formatProblem(
      { ...problem, file: 'a\u001b[2J.yaml', message: 'x\u009by\nz' },
      { colour: false },
    );
    expect(nasty.split('\n')[0]).toBe('a\ufffd[2J.yaml:12:9  error  x\ufffdy\ufffdz');
  });
});

describe('excerptOf', () => {
  it('shows a window of a long line with the caret in place', () => {
    const text = `${'a'.repeat(200)}HERE${'b'.repeat(200)}`;
    const [line = '', caret = ''] = excerptOf(text, { line: 1, column: 201 }).split('\n');
    expect(line.length).toBeLessThanOrEqual(120);
    expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('HERE');
  });

  it.each([
    ['password: hunter2', 1],
    ['a: { user: x, password: "hunter2", b: 1 }', 36],
    ['url: ipmi://admin:hunter2@10.0.0.1', 1],
    ['BMC_PASSWORD: hunter2 # c', 1],
    ['secret: hunter2', 9],
  ])('promise 10: hides the secret in %j', (text, column) => {
    expect(excerptOf(text, { line: 1, column })).not.toContain('hunter2');
  });

  it('keeps the caret under its word when a secret before it is hidden', () => {
    expect(excerptOf('{ password: hunter2, b: 1 }', { line: 1, column: 22 })).toBe(
      '{ password: …, b: 1 }\n               ^',
    );
  });

  it('leaves references to secrets readable', () => {
    const text = 'password: { file: bmc-default }';
    expect(excerptOf(text, { line: 1, column: 1 })).toBe(`${text}\n^`);
  });
});
