/** What YAML allows and a site does not: repeated keys, depth, many aliases, control characters, very long strings. */

import type { Document, Node } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { ProblemCode } from '../model/problem.ts';
import { codePoint, findUnprintable } from './printable.ts';

export const LIMITS = { depth: 32, aliases: 100, string: 4096 } as const;

export interface Finding {
  code: ProblemCode;
  message: string;
  hint: string;
  /** Offset in the text. */
  offset: number;
  /** The document's value cannot be used at all. */
  fatal: boolean;
}

/** Walks one parsed document. The walk ends at the depth limit, so that it cannot overflow the stack. */
export function inspect(doc: Document): Finding[] {
  const findings: Finding[] = [];
  let aliases = 0;

  walk(doc.contents, 1, []);
  return findings;

  function add(node: Node, code: ProblemCode, fatal: boolean, message: string, hint: string): void {
    findings.push({ code, message, hint, offset: node.range?.[0] ?? 0, fatal });
  }

  function walk(node: Node | null, depth: number, ancestors: readonly string[]): void {
    if (isScalar(node)) checkScalar(node, node.value);
    if (isAlias(node)) checkAlias(node, node.source, ancestors);
    if (!isMap(node) && !isSeq(node)) return;
    if (depth > LIMITS.depth) {
      const message = `nested more than ${LIMITS.depth} levels deep`;
      add(node, 'too-large', true, message, 'Nothing in a site is nested so deeply; flatten it.');
      return;
    }
    const inside = node.anchor ? [...ancestors, node.anchor] : ancestors;
    const keys = new Set<unknown>();
    for (const item of node.items) {
      if (!isPair(item)) {
        walk(item as Node, depth + 1, inside);
        continue;
      }
      checkKey(item.key as Node | null, keys);
      walk(item.value as Node | null, depth + 1, inside);
    }
  }

  function checkKey(key: Node | null, keys: Set<unknown>): void {
    if (!isScalar(key)) return;
    checkScalar(key, key.value);
    if (keys.has(key.value)) {
      const message = `${JSON.stringify(key.value)} is written twice in the same mapping`;
      add(key, 'duplicate', true, message, 'Keep one of the two.');
    }
    keys.add(key.value);
  }

  function checkScalar(node: Node, value: unknown): void {
    if (typeof value !== 'string') return;
    const at = findUnprintable(value);
    if (at !== -1) {
      const what = value[at] === '\n' ? 'a line break' : `the control character ${codePoint(value, at)}`;
      const hint = value[at] === '\n' ? 'Write it on one line, or with `>-`.' : 'Take the character out.';
      add(node, 'schema', false, `the text has ${what}`, hint);
    }
    if (value.length > LIMITS.string) {
      const message = `the text has ${value.length} characters; at most ${LIMITS.string} are allowed`;
      add(node, 'too-large', true, message, 'Shorten it.');
    }
  }

  function checkAlias(node: Node, source: string, ancestors: readonly string[]): void {
    aliases += 1;
    if (ancestors.includes(source)) {
      add(
        node,
        'syntax',
        true,
        `the alias *${source} stands inside of its own anchor`,
        'Write the value out.',
      );
    } else if (aliases === LIMITS.aliases + 1) {
      add(
        node,
        'too-large',
        true,
        `more than ${LIMITS.aliases} aliases`,
        'Write the values out, or use defaults.',
      );
    }
  }
}
