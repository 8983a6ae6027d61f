/** A problem as lines for a terminal or a log. */

import { styleText } from 'node:util';
import type { Problem } from '../model/problem.ts';
import { printable } from './printable.ts';

/**
 * `file:line:column  error  message`, then the excerpt with its caret and the hint, indented. No line break at the end.
 * Control characters in names of files are replaced.
 */
export function formatProblem(problem: Problem, { colour }: { colour: boolean }): string {
  const paint = (style: 'bold' | 'red' | 'yellow' | 'cyan' | 'dim', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const { file, line, column, severity, message, excerpt, hint } = problem;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const level = severity === 'error' ? paint('red', 'error') : paint('yellow', 'warning');
  const lines = [`${paint('bold', printable(place))}  ${level}  ${printable(message)}`];
  if (excerpt) {
    const [text = '', caret = ''] = excerpt.split('\n');
    lines.push(`    ${printable(text)}`.trimEnd(), `    ${paint('red', caret)}`);
  }
  if (hint) lines.push(`    ${paint('cyan', printable(hint))}`);
  return lines.join('\n');
}
