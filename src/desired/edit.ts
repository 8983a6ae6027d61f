/** Changes one value of a document in its text; every byte beside it stays. */

import { isDeepStrictEqual } from 'node:util';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, parseAllDocuments, Document as YamlDocument } from 'yaml';
import type { Kind } from '../model/site.ts';

export type EditValue =
  | string
  | number
  | boolean
  | null
  | readonly EditValue[]
  | { readonly [key: string]: EditValue };

export interface Edit {
  kind: Kind;
  name: string;
  /** Fields from the root of the document: `['spec', 'install', 'generation']`. */
  path: readonly string[];
  value: EditValue;
}

/** The text cannot be edited safely; the message says why, for the person who asked for the edit. */
export class EditError extends Error {
  override readonly name = 'EditError';
}

/** A replacement of `text.slice(from, to)`. */
interface Splice {
  from: number;
  to: number;
  insert: string;
}

/**
 * Sets a field of the document of that kind and name, and returns the whole text. A field that is not there yet is added
 * behind the last one of its mapping; a missing mapping is added as `{ … }`. Throws EditError when the document is not
 * in the text, when the path leads through something that is no mapping, or when the result would not read as intended.
 */
export function setInDocument(text: string, edit: Edit): string {
  const documents = read(text);
  const index = documents.findIndex((doc) => isDocument(doc, edit));
  const doc = documents[index];
  if (!doc) throw new EditError(`there is no ${edit.kind} ${JSON.stringify(edit.name)} in the file`);
  // `constructor` and the like are never fields, and would reach beyond the document when it is compared.
  const foreign = edit.path.find((field) => field in {});
  if (foreign !== undefined) throw new EditError(`there is no field ${JSON.stringify(foreign)}`);
  if (edit.path.length === 0) throw new EditError('no field is named');
  const { from, to, insert } = spliceFor(text, doc, edit);
  const result = text.slice(0, from) + insert + text.slice(to);
  verify(documents, read(result), index, edit);
  return result;
}

export function read(text: string): Document[] {
  const documents = parseAllDocuments(text, { stringKeys: true, prettyErrors: false, logLevel: 'silent' });
  if ('empty' in documents) return [];
  const error = documents.flatMap((doc) => doc.errors)[0];
  if (error) throw new EditError(`the file is not valid YAML: ${error.message}`);
  return documents;
}

export function isDocument(doc: Document, { kind, name }: Pick<Edit, 'kind' | 'name'>): boolean {
  return doc.getIn(['kind']) === kind && doc.getIn(['metadata', 'name']) === name;
}

/** Walks down as far as the path is written, then replaces or adds there. */
function spliceFor(text: string, doc: Document, { path, value }: Edit): Splice {
  let map = mapping(doc.contents, []);
  for (const [depth, field] of path.entries()) {
    const pair = map.items.find(({ key }) => isScalar(key) && key.value === field);
    const rest = path.slice(depth + 1);
    if (!pair) return addition(text, map, field, flowText(nested(rest, value)));
    if (rest.length === 0) return replacement(text, pair, flowText(value));
    if (isEmpty(pair)) return replacement(text, pair, flowText(nested(rest, value)));
    map = mapping(pair.value, path.slice(0, depth + 1));
  }
  throw new EditError('no field is named');
}

export function mapping(node: unknown, path: readonly string[]): YAMLMap {
  const where = path.length === 0 ? 'the document' : path.join('.');
  if (isAlias(node)) throw new EditError(`${where} is an alias (*${node.source}); edit the file by hand`);
  if (!isMap(node)) throw new EditError(`${where} is not a mapping of fields`);
  return node;
}

function isEmpty({ value }: Pair): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

function nested(path: readonly string[], value: EditValue): EditValue {
  return path.reduceRight<EditValue>((inner, field) => ({ [field]: inner }), value);
}

/** Flow style on one line: valid wherever a value may stand, quoted where it must be. */
export function flowText(value: EditValue): string {
  const json = JSON.stringify(value);
  // JSON is YAML, too; the library would fold a text with a line break over several lines.
  if (json.includes('\\n')) return json;
  const doc = new YamlDocument([value], { version: '1.2' });
  const list = doc.toString({ collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();
  return list.slice(1, -1).trim();
}

function replacement(text: string, pair: Pair, value: string): Splice {
  const node = pair.value as Node | null;
  const [from, to] = rangeOf(node ?? (pair.key as Node));
  const isBlock = isCollectionInBlock(text, node, from);
  // An empty value, or one that begins in its own line, is written behind the colon instead.
  if (node === null || from === to || isBlock) {
    const colon = text.indexOf(':', rangeOf(pair.key as Node)[1]);
    return { from: colon + 1, to: isBlock ? trimEnd(text, to) : colon + 1, insert: ` ${value}` };
  }
  return { from, to: isBlockScalar(text, from) ? trimEnd(text, to) : to, insert: value };
}

function isCollectionInBlock(text: string, node: Node | null, from: number): boolean {
  return node !== null && !isScalar(node) && !isAlias(node) && text[from] !== '{' && text[from] !== '[';
}

function isBlockScalar(text: string, from: number): boolean {
  return text[from] === '|' || text[from] === '>';
}

function addition(text: string, map: YAMLMap, field: string, value: string): Splice {
  const entry = `${flowText(field)}: ${value}`;
  const [from, to] = rangeOf(map);
  const last = map.items.at(-1);
  if (text[from] === '{') {
    if (!last) return { from: from + 1, to: to - 1, insert: ` ${entry} ` };
    const end = rangeOf((last.value ?? last.key) as Node)[1];
    return { from: end, to: end, insert: `, ${entry}` };
  }
  const first = rangeOf(map.items[0]?.key as Node)[0];
  const indent = ' '.repeat(first - (text.lastIndexOf('\n', first - 1) + 1));
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const end = trimEnd(text, rangeOf((last?.value ?? last?.key) as Node)[1]);
  const line = text.indexOf('\n', end);
  if (line === -1) return { from: text.length, to: text.length, insert: `${newline}${indent}${entry}` };
  return { from: line + 1, to: line + 1, insert: `${indent}${entry}${newline}` };
}

/** The end without line breaks and spaces before it. */
function trimEnd(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}

export function rangeOf(node: Node | null): readonly [number, number] {
  if (!node?.range) throw new EditError('the place in the text was not found');
  return [node.range[0], node.range[1]];
}

/** The safety net: the new text reads as the old one with this one value set, and nothing else. */
function verify(before: Document[], after: Document[], index: number, { path, value }: Edit): void {
  const wanted = before.map(plain);
  let target = wanted[index] as Record<string, unknown>;
  for (const field of path.slice(0, -1)) {
    target[field] ??= {};
    target = target[field] as Record<string, unknown>;
  }
  target[path.at(-1) ?? ''] = value;
  if (!isDeepStrictEqual(after.map(plain), wanted)) {
    throw new EditError(`${path.join('.')} cannot be set without touching more; edit the file by hand`);
  }
}

/** The value with every alias written out: an edit of an anchor must not pass for an edit of one place. */
export function plain(doc: Document): unknown {
  return JSON.parse(JSON.stringify(doc.toJS()));
}
