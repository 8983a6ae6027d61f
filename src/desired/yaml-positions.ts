/** From a path inside a YAML document to where it is written. */

import type { Document, LineCounter, Node } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Position } from './excerpt.ts';

export type Path = readonly (string | number)[];

interface Found {
  key: Node | null;
  value: Node | null;
}

/**
 * Position of the key or the value at a path; of the nearest parent that is written when the path itself is not.
 * The `key` of a list's item is its value.
 */
export function locate(doc: Document, lines: LineCounter, path: Path, part: 'key' | 'value'): Position {
  const { key, value } = find(doc, path);
  const node = part === 'key' ? (key ?? value) : (value ?? key);
  const offset = node?.range?.[0] ?? doc.range?.[0] ?? 0;
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function find(doc: Document, path: Path): Found {
  let found: Found = { key: null, value: doc.contents };
  for (const segment of path) {
    const next = step(doc, found.value, segment);
    if (!next) return found;
    found = next;
  }
  return found;
}

function step(doc: Document, node: Node | null, segment: string | number): Found | null {
  const target = isAlias(node) ? (node.resolve(doc) ?? null) : node;
  if (isSeq(target)) {
    const item = target.items[Number(segment)];
    return item ? { key: null, value: item as Node } : null;
  }
  if (!isMap(target)) return null;
  const pair = target.items.find((item) => isScalar(item.key) && item.key.value === String(segment));
  return pair ? { key: pair.key as Node, value: (pair.value as Node | null) ?? null } : null;
}
