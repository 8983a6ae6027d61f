/** One file's content to checked documents. Knows no path, so that the result can be kept by blob id. */

import type { LineCounter, Document as YamlDocument } from 'yaml';
import { API_VERSION, type Document, KINDS, type Kind } from '../model/site.ts';
import type { Position } from './excerpt.ts';
import { shown } from './expectation.ts';
import { nearest } from './nearest.ts';
import { schemaFindings, shapeHolds } from './schema-problems.ts';
import { validatorOf } from './schemas.ts';
import { LIMITS } from './yaml-guard.ts';
import { locate, type Path } from './yaml-positions.ts';
import { type LocalProblem, problemAt, readYaml } from './yaml-read.ts';

/** Where a document says what nodes take over; null where it does not. */
export interface Marks {
  self: Position;
  /** Where a node names its pool. */
  pool: Position | null;
  power: Position | null;
  profile: Position | null;
  generation: Position | null;
}

export interface ParsedDocument {
  kind: Kind;
  name: string;
  /** Of the type that the kind promises when `sound`. */
  value: Document;
  sound: boolean;
  marks: Marks;
  /** Among the documents of the file that YAML can read, from 0. */
  index: number;
}

export interface ParsedFile {
  /** Empty when the content is no text or too large. */
  text: string;
  bytes: number;
  documents: ParsedDocument[];
  problems: LocalProblem[];
  /** False when documents may stand here that could not be read: names must not be called missing then. */
  whole: boolean;
}

export const MAX_FILE_BYTES = 1024 * 1024;

/** Parses and checks one file. Never throws. */
export function parseFile(bytes: Uint8Array): ParsedFile {
  const broken = (code: LocalProblem['code'], message: string, hint: string): ParsedFile => ({
    text: '',
    bytes: bytes.length,
    documents: [],
    problems: [{ code, severity: 'error', line: 0, column: 0, message, hint }],
    whole: false,
  });
  if (bytes.length > MAX_FILE_BYTES) {
    return broken(
      'too-large',
      `the file has ${bytes.length} bytes; at most ${MAX_FILE_BYTES} are read`,
      'Split it into smaller files.',
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return broken('syntax', 'the file is not UTF-8 text', 'Save it as UTF-8.');
  }
  const { documents: asts, lines, problems, whole } = readYaml(text);
  if (asts.length === 0 && problems.length === 0) {
    const hint = 'Write a document, or delete the file; a file of comments only says nothing.';
    return { ...broken('empty', 'the file has no document', hint), whole: true };
  }
  const file: ParsedFile = { text, bytes: bytes.length, documents: [], problems, whole };
  for (const [index, ast] of asts.entries()) {
    const parsed = parseDocument(file, ast, lines, index);
    if (parsed) file.documents.push(parsed);
    else file.whole = false;
  }
  return file;
}

function parseDocument(
  file: ParsedFile,
  ast: YamlDocument,
  lines: LineCounter,
  index: number,
): ParsedDocument | null {
  const value = toValue(file, ast, lines);
  if (value === undefined) return null;
  const at = (path: Path, part: 'key' | 'value') => locate(ast, lines, path, part);
  const kind = checkEnvelope(file, value, at);
  if (kind === null) return null;

  const validate = validatorOf(kind);
  const errors = validate(value) ? [] : (validate.errors ?? []);
  for (const { code, path, part, message, hint } of schemaFindings(errors)) {
    add(file, at(path, part), code, message, hint);
  }
  const document = value as Document;
  const name: unknown = document.metadata?.name;
  if (typeof name !== 'string' || name === '') return null;
  const base = kind === 'Node' ? ['spec'] : ['spec', 'defaults'];
  const mark = (...path: string[]) =>
    has(value, [...base, ...path]) ? at([...base, ...path], 'value') : null;
  return {
    kind,
    name,
    value: document,
    sound: shapeHolds(errors),
    marks: {
      self: at(['metadata', 'name'], 'value'),
      pool: mark('pool'),
      power: mark('power'),
      profile: mark('install', 'profile'),
      generation: mark('install', 'generation'),
    },
    index,
  };
}

/** The kind when `apiVersion` and `kind` are right; otherwise null, with the problem added. */
function checkEnvelope(
  file: ParsedFile,
  value: unknown,
  at: (path: Path, part: 'key' | 'value') => Position,
): Kind | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const hint = 'Begin it with `apiVersion`, `kind`, `metadata` and `spec`.';
    add(
      file,
      at([], 'value'),
      'schema',
      `the document must be a mapping of fields, but is ${shown(value)}`,
      hint,
    );
    return null;
  }
  const { apiVersion, kind } = value as Record<string, unknown>;
  if (apiVersion !== API_VERSION) {
    const message =
      apiVersion === undefined
        ? 'the document lacks the field `apiVersion`'
        : `apiVersion must be \`${API_VERSION}\`, but is ${shown(apiVersion)}`;
    add(file, at(['apiVersion'], 'value'), 'api-version', message, `Write \`apiVersion: ${API_VERSION}\`.`);
  }
  const known = KINDS.find((candidate) => candidate === kind);
  if (!known) {
    const guess = typeof kind === 'string' ? nearest(kind, KINDS) : null;
    const hint = guess
      ? `Did you mean \`${guess}\`?`
      : `Write one of ${KINDS.map((name) => `\`${name}\``).join(', ')}.`;
    const message =
      kind === undefined ? 'the document lacks the field `kind`' : `there is no kind ${shown(kind)}`;
    add(file, at(['kind'], 'value'), 'unknown-kind', message, hint);
  }
  return apiVersion === API_VERSION && known ? known : null;
}

/** The plain value, or undefined when its aliases multiply beyond the limit. */
function toValue(file: ParsedFile, ast: YamlDocument, lines: LineCounter): unknown {
  try {
    return ast.toJS({ maxAliasCount: LIMITS.aliases });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = `aliases stand for more than ${LIMITS.aliases} values`;
    add(
      file,
      locate(ast, lines, [], 'value'),
      'too-large',
      message,
      'Write the values out, or use defaults.',
    );
    return undefined;
  }
}

/** One problem a place: what was found first is what the rest follows from. */
function add(
  file: ParsedFile,
  at: Position,
  code: LocalProblem['code'],
  message: string,
  hint: string,
): void {
  const taken = file.problems.some(
    (problem) => problem.line === at.line && problem.column === at.column && problem.code === code,
  );
  if (!taken) file.problems.push(problemAt(file.text, at.line, at.column, code, message, hint));
}

function has(value: unknown, path: readonly string[]): boolean {
  let current = value;
  for (const key of path) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return false;
    current = (current as Record<string, unknown>)[key];
  }
  return true;
}
