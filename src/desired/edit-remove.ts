/** Takes one field of a document out of its text; every byte beside it stays. */

import { isDeepStrictEqual } from 'node:util';
import { type Document, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { type Edit, EditError, isDocument, mapping, plain, rangeOf, read } from './edit.ts';

/**
 * Removes a field of the document of that kind and name with its line, and returns the whole text; the same text where it is
 * not there. Throws EditError when the document is not in the text, when the field is the only one of its mapping, or when the
 * result would not read as intended.
 */
export function removeFromDocument(text: string, edit: Omit<Edit, 'value'>): string {
  const documents = read(text);
  const index = documents.findIndex((doc) => isDocument(doc, edit));
  const doc = documents[index];
  if (!doc) throw new EditError(`there is no ${edit.kind} ${JSON.stringify(edit.name)} in the file`);
  const found = find(doc, edit.path);
  if (!found) return text;
  const [from, to] = spanOf(text, found);
  const result = text.slice(0, from) + text.slice(to);
  verify(documents, read(result), index, edit.path);
  return result;
}

interface Found {
  map: YAMLMap;
  pair: Pair;
}

function find(doc: Document, path: readonly string[]): Found | null {
  let map = mapping(doc.contents, []);
  for (const [depth, field] of path.entries()) {
    const pair = map.items.find(({ key }) => isScalar(key) && key.value === field);
    if (!pair) return null;
    if (depth === path.length - 1) return { map, pair };
    map = mapping(pair.value, path.slice(0, depth + 1));
  }
  return null;
}

function spanOf(text: string, { map, pair }: Found): [from: number, to: number] {
  if (map.items.length === 1) {
    throw new EditError('it is the only field there; edit the file by hand');
  }
  const [start] = rangeOf(pair.key as Node);
  const [, valueEnd] = rangeOf((pair.value ?? pair.key) as Node);
  if (text[rangeOf(map)[0]] === '{') return inFlow(map, pair, start, valueEnd);
  const end = text.slice(0, valueEnd).trimEnd().length;
  const line = text.indexOf('\n', end);
  const first = text.lastIndexOf('\n', start - 1) + 1;
  // The first field of an item of a list stands behind its dash.
  if (text.slice(first, start).trim() !== '')
    throw new EditError('it shares its line with others; edit the file by hand');
  return [first, line === -1 ? text.length : line + 1];
}

/** With the comma that parts it from the one before or after it. */
function inFlow(map: YAMLMap, pair: Pair, start: number, end: number): [number, number] {
  const at = map.items.indexOf(pair);
  const before = map.items[at - 1];
  if (before) return [rangeOf((before.value ?? before.key) as Node)[1], end];
  const after = map.items[at + 1];
  return [start, after ? rangeOf(after.key as Node)[0] : end];
}

/** The new text reads as the old one without this one field. */
function verify(before: Document[], after: Document[], index: number, path: readonly string[]): void {
  const wanted = before.map(plain);
  let target = wanted[index] as Record<string, unknown>;
  for (const field of path.slice(0, -1)) target = target[field] as Record<string, unknown>;
  delete target[path.at(-1) ?? ''];
  if (!isDeepStrictEqual(after.map(plain), wanted)) {
    throw new EditError(`${path.join('.')} cannot be taken out without touching more; edit the file by hand`);
  }
}
