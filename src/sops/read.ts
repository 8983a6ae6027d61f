/** The shape of an SOPS file: keys stand in the clear, values do not (getsops.io/docs, "Encryption Protocol"). */

import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml';
import { YAML_OPTIONS } from '../model/yaml-options.ts';
import { SopsError } from './error.ts';

/** One value, in the order of the file. */
export interface SopsLeaf {
  /** Names from the top with a colon behind each, without places in lists: what a value is bound to. */
  bound: string;
  /** `users.0.password`. */
  where: string;
  /** As written; null for null. */
  value: Scalar['value'];
}

export interface SopsFile {
  leaves: SopsLeaf[];
  /** Armored data keys, each for one age recipient. */
  age: { recipient: string; enc: string }[];
  mac: string;
  lastModified: string;
  /** The MAC is over the encrypted values alone. */
  macOnlyEncrypted: boolean;
}

/** Beyond this a document is no list of secrets. */
const MOST_LEAVES = 10_000;

const OPTIONS = { ...YAML_OPTIONS, intAsBigInt: true } as const;

/** Reads YAML, or JSON, which YAML 1.2 takes in. Throws SopsError 'format', or 'foreign' where only sops can tell. */
export function readSopsFile(text: string): SopsFile {
  const documents = parseAllDocuments(text, OPTIONS);
  if ('empty' in documents || documents[0] === undefined) throw new SopsError('format', 'is empty');
  const [document] = documents;
  if (documents.length > 1) throw new SopsError('foreign', 'holds several documents');
  const [mistake] = document.errors;
  // Not the parser's words: they may quote what should have been encrypted.
  if (mistake) throw new SopsError('format', `is not YAML or JSON (line ${lineOf(text, mistake.pos[0])})`);
  if (!isMap(document.contents)) throw new SopsError('format', 'is not a mapping');
  const leaves: SopsLeaf[] = [];
  for (const [name, value] of namedItems(document.contents)) {
    if (name !== 'sops') collect(value, [name], [name], leaves);
  }
  return { leaves, ...metadataOf(document.get('sops')) };
}

function collect(node: unknown, names: string[], path: string[], leaves: SopsLeaf[]): void {
  if (leaves.length >= MOST_LEAVES) throw new SopsError('format', `has more than ${MOST_LEAVES} values`);
  if (isAlias(node)) throw new SopsError('foreign', 'uses aliases');
  if (isMap(node)) {
    for (const [name, value] of namedItems(node)) collect(value, [...names, name], [...path, name], leaves);
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) collect(item, names, [...path, String(index)], leaves);
  } else {
    const value = isScalar(node) ? node.value : null;
    leaves.push({ bound: `${names.join(':')}:`, where: path.join('.'), value });
  }
}

function namedItems({ items }: YAMLMap): Map<string, unknown> {
  const named = new Map<string, unknown>();
  for (const { key, value } of items) {
    const name = nameOf(key);
    if (named.has(name)) throw new SopsError('format', `has the key ${name} twice`);
    named.set(name, value);
  }
  return named;
}

function nameOf(key: unknown): string {
  if (isScalar(key) && typeof key.value === 'string') return key.value;
  throw new SopsError('format', 'has a key that is not text');
}

function metadataOf(node: unknown): Omit<SopsFile, 'leaves'> {
  if (!isMap(node)) throw new SopsError('format', 'is not encrypted: it has no `sops` mapping');
  const text = (name: string) => textOf(node.get(name));
  const groups = node.get('key_groups');
  if (isSeq(groups) && groups.items.length > 0)
    throw new SopsError('foreign', 'splits its key over several groups');
  const age = node.get('age');
  const recipients = isSeq(age) ? age.items : [];
  return {
    age: recipients.flatMap((one) =>
      isMap(one) ? [{ recipient: textOf(one.get('recipient')), enc: textOf(one.get('enc')) }] : [],
    ),
    mac: text('mac'),
    lastModified: text('lastmodified'),
    macOnlyEncrypted: node.get('mac_only_encrypted') === true,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
