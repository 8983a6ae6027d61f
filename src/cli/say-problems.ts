import { formatProblem } from '../desired/format-problem.ts';
import type { Problem } from '../model/problem.ts';
import { PLAIN } from '../plan/paint.ts';
import type { Context } from './context.ts';
import { paintFor } from './paint.ts';

/** All problems, each with its place, excerpt and hint. Ends with a newline; empty for none. */
export function sayProblems(context: Context, problems: readonly Problem[]): string {
  const colour = paintFor(context) !== PLAIN;
  return problems.map((problem) => `${formatProblem(problem, { colour })}\n`).join('');
}

/** `2 errors and 1 warning in 2 files`. */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const parts = [count(errors, 'error'), count(problems.length - errors, 'warning')].filter((part) => part);
  return `${parts.join(' and ')} in ${count(new Set(problems.map(({ file }) => file)).size, 'file')}`;
}

function count(n: number, word: string): string {
  return n === 0 ? '' : `${n} ${word}${n === 1 ? '' : 's'}`;
}
