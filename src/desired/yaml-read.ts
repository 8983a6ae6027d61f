/** Text to YAML documents, with every mistake of the text collected. */

import type { Document, YAMLError } from 'yaml';
import { Lexer, LineCounter, parseAllDocuments } from 'yaml';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { YAML_OPTIONS } from '../model/yaml-options.ts';
import { excerptOf } from './excerpt.ts';
import { codePoint, findUnprintable } from './printable.ts';
import { inspect, LIMITS } from './yaml-guard.ts';

/** A problem of a text whose path is not known: the same text may stand at several paths. */
export type LocalProblem = Omit<Problem, 'file'>;

export interface YamlText {
  documents: Document[];
  lines: LineCounter;
}

/** Errors of one file that are shown; what follows from the first ones helps nobody. */
const SHOWN = 20;

/** A text beyond this size is first cut into tokens, which is cheap, so that a hostile one cannot keep the parser busy for long. */
const LARGE = 16 * 1024;
const MOST_TOKENS = 400_000;

/** Every document of a text that can be used, and every problem of the text as YAML. Never throws. */
export function readYaml(text: string): YamlText & { problems: LocalProblem[]; whole: boolean } {
  const barrier = tooCostly(text) ?? controlCharacter(text);
  if (barrier) return { documents: [], lines: new LineCounter(), problems: [barrier], whole: false };
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { ...YAML_OPTIONS, lineCounter: lines });
  const documents = 'empty' in parsed ? [] : parsed;
  const problems: LocalProblem[] = [];
  let whole = true;
  // What is missing at the end is shown at the last thing written, not in an empty line.
  const end = Math.max(0, text.trimEnd().length - 1);
  const usable = documents.filter((doc) => {
    const found = mistakes(doc);
    for (const { offset, code, message, hint } of found.slice(0, SHOWN)) {
      const { line, col } = lines.linePos(Math.min(offset, end));
      problems.push(problemAt(text, line, col, code, message, hint));
    }
    const fatal = found.some((finding) => finding.fatal);
    if (fatal) whole = false;
    return !fatal && doc.contents !== null && !isEmptyScalar(doc);
  });
  return { documents: usable, lines, problems, whole };
}

function isEmptyScalar(doc: Document): boolean {
  const contents = doc.contents as { value?: unknown } | null;
  return contents !== null && 'value' in contents && contents.value === null;
}

function mistakes(doc: Document) {
  // Of several errors in one place the first is the cause.
  const places = new Map([...doc.errors, ...doc.warnings].reverse().map((error) => [error.pos[0], error]));
  const first = [...places.values()].reverse();
  const syntax = first.map((error) => ({
    code: error.code === 'RESOURCE_EXHAUSTION' ? ('too-large' as const) : ('syntax' as const),
    offset: error.pos[0],
    fatal: true,
    ...say(error),
  }));
  if (syntax.length > 0) return syntax;
  if (doc.directives?.yaml.version !== '1.2') {
    const message = 'the document asks for another version of YAML than 1.2';
    return [
      {
        code: 'syntax' as const,
        offset: doc.range?.[0] ?? 0,
        fatal: true,
        message,
        hint: 'Remove the %YAML line.',
      },
    ];
  }
  return inspect(doc);
}

function say(error: YAMLError): { message: string; hint: string } {
  switch (error.code) {
    case 'RESOURCE_EXHAUSTION':
      return {
        message: `nested more than ${LIMITS.depth} levels deep`,
        hint: 'Close the brackets, or flatten it.',
      };
    case 'TAG_RESOLVE_FAILED':
      return { message: `YAML: ${lower(error.message)}`, hint: 'Remove the tag; a site uses none.' };
    case 'TAB_AS_INDENT':
      return { message: 'YAML: a tab is used to indent', hint: 'Indent with spaces.' };
    case 'NON_STRING_KEY':
      return { message: 'YAML: a key is not text', hint: 'Put the key in quotes.' };
    case 'BAD_ALIAS':
      return {
        message: `YAML: ${lower(error.message)}`,
        hint: 'Put a text that begins with `*` or `&` in quotes.',
      };
    case 'BAD_SCALAR_START':
      return { message: `YAML: ${lower(error.message)}`, hint: 'Put the text in quotes.' };
    default:
      return {
        message: `YAML: ${lower(error.message)}`,
        hint: 'Check quotes, brackets, colons and indentation here and in the line above.',
      };
  }
}

function lower(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1, 200);
}

function tooCostly(text: string): LocalProblem | null {
  if (text.length <= LARGE) return null;
  let tokens = 0;
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (token === '[' || token === '{') open += 1;
    if (token === ']' || token === '}') open -= 1;
    if (tokens > MOST_TOKENS || open > LIMITS.depth) {
      const message =
        open > LIMITS.depth
          ? `nested more than ${LIMITS.depth} levels deep`
          : 'too many YAML tokens in one file';
      return {
        code: 'too-large',
        severity: 'error',
        line: 0,
        column: 0,
        message,
        hint: 'Split the file into smaller ones.',
      };
    }
  }
  return null;
}

function controlCharacter(text: string): LocalProblem | null {
  const clean = text.replace(/[\t\n\r]/g, ' ');
  const at = findUnprintable(clean);
  if (at === -1) return null;
  const before = text.slice(0, at).split('\n');
  const message = `the file has the control character ${codePoint(text, at)}`;
  return problemAt(
    text,
    before.length,
    (before.at(-1)?.length ?? 0) + 1,
    'syntax',
    message,
    'Take the character out.',
  );
}

/** A problem with its excerpt. */
export function problemAt(
  text: string,
  line: number,
  column: number,
  code: ProblemCode,
  message: string,
  hint: string,
): LocalProblem {
  const excerpt = excerptOf(text, { line, column }, code === 'secret');
  return { code, severity: 'error', line, column, message, hint, excerpt };
}
