/** Gathers the problems of a site, with positions found when they are needed: most documents have none. */

import type { Problem, ProblemCode } from '../model/problem.ts';
import { excerptOf, type Position } from './excerpt.ts';
import { compareText } from './natural-order.ts';
import type { ParsedDocument, ParsedFile } from './parse-file.ts';
import { locate, type Path } from './yaml-positions.ts';
import { readYaml, type YamlText } from './yaml-read.ts';

/** A document and the file it stands in. */
export interface Located {
  file: string;
  parsed: ParsedFile;
  document: ParsedDocument;
}

export interface Finding {
  code: ProblemCode;
  message: string;
  hint: string;
  severity?: Problem['severity'];
  part?: 'key' | 'value';
}

export interface Report {
  /** At a path inside a document. */
  at(where: Located, path: Path, finding: Finding): void;
  /** At a file as a whole. */
  file(path: string, finding: Finding): void;
  /** Problems that the file's text has by itself. */
  text(path: string, parsed: ParsedFile): void;
  /** `file:line:column` of a path inside a document, to name the other place. */
  place(where: Located, path: Path): string;
  /** In the order of files, lines and columns. */
  problems(): Problem[];
}

export function createReport(): Report {
  const found: Problem[] = [];
  const texts = new Map<ParsedFile, YamlText>();

  function position(where: Located, path: Path, part: 'key' | 'value'): Position {
    let text = texts.get(where.parsed);
    if (!text) {
      text = readYaml(where.parsed.text);
      texts.set(where.parsed, text);
    }
    const doc = text.documents[where.document.index];
    return doc ? locate(doc, text.lines, path, part) : where.document.marks.self;
  }

  return {
    at(where, path, { code, message, hint, severity = 'error', part = 'value' }) {
      const at = position(where, path, part);
      const excerpt = excerptOf(where.parsed.text, at, code === 'secret');
      found.push({ code, severity, file: where.file, ...at, message, hint, excerpt });
    },
    file(path, { code, message, hint, severity = 'error' }) {
      found.push({ code, severity, file: path, line: 0, column: 0, message, hint });
    },
    text(path, parsed) {
      for (const problem of parsed.problems) found.push({ ...problem, file: path });
    },
    place(where, path) {
      const { line, column } = position(where, path, 'value');
      return `${where.file}:${line}:${column}`;
    },
    problems() {
      const order = (a: Problem, b: Problem) =>
        compareText(a.file, b.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compareText(a.message, b.message);
      return found.sort(order).filter((problem, i) => i === 0 || !same(problem, found[i - 1]));
    },
  };
}

function same(a: Problem, b: Problem | undefined): boolean {
  return (
    b !== undefined &&
    a.file === b.file &&
    a.line === b.line &&
    a.column === b.column &&
    a.message === b.message
  );
}
