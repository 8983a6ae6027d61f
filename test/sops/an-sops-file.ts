/** Writes SOPS files as the published format says, apart from the code that reads them; age's own program wraps the data key. */

import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

export interface AgeKey {
  /** `AGE-SECRET-KEY-1…`. */
  secret: string;
  /** `age1…`. */
  recipient: string;
}

export function anAgeKey(): AgeKey {
  const text = execFileSync('age-keygen', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [, recipient = ''] = /public key: (age1\w+)/.exec(text) ?? [];
  return { recipient, secret: text.trim().split('\n').at(-1) ?? '' };
}

type Node = Tree | Node[] | string | number | boolean | null;
export interface Tree {
  [name: string]: Node;
}

interface Options {
  /** Values below names with this end are left as they are. */
  unencryptedSuffix?: string;
  macOnlyEncrypted?: boolean;
  format?: 'yaml' | 'json';
  lastModified?: string;
  /** Stands for the metadata of age. */
  age?: unknown[];
}

/** The text of an encrypted file of these values. */
export function anSopsFile(tree: Tree, recipients: readonly string[], options: Options = {}): string {
  const { unencryptedSuffix = '_unencrypted', lastModified = '2026-11-01T12:00:00Z' } = options;
  const key = randomBytes(32);
  const digest = createHash('sha512');
  const only = options.macOnlyEncrypted === true;
  if (only) digest.update(Buffer.from(createHash('sha256').update('sops').digest('hex'), 'hex'));

  function walk(node: Node, names: string[]): Node {
    if (node === null) return null;
    if (Array.isArray(node)) return node.map((item) => walk(item, names));
    if (typeof node === 'object')
      return Object.fromEntries(
        Object.entries(node).map(([name, value]) => [name, walk(value, [...names, name])]),
      );
    const text = typeof node === 'boolean' ? (node ? 'True' : 'False') : String(node);
    const plain = names.some((name) => name.endsWith(unencryptedSuffix));
    if (!plain || !only) digest.update(text);
    return plain || text === ''
      ? node
      : seal(text, key, names.map((name) => `${name}:`).join(''), typeOf(node));
  }

  const encrypted = walk(tree, []) as Tree;
  const mac = seal(digest.digest('hex').toUpperCase(), key, lastModified, 'str');
  const age = options.age ?? recipients.map((recipient) => ({ recipient, enc: wrap(key, recipient) }));
  const sops = {
    ...{
      kms: null,
      gcp_kms: null,
      azure_kv: null,
      hc_vault: null,
      age,
      lastmodified: lastModified,
      mac,
      pgp: null,
    },
    ...{
      unencrypted_suffix: unencryptedSuffix,
      ...(only ? { mac_only_encrypted: true } : {}),
      version: '3.9.4',
    },
  };
  const whole = JSON.stringify({ ...encrypted, sops }, null, '\t');
  return options.format === 'json' ? whole : toYaml(JSON.parse(whole));
}

function typeOf(node: string | number | boolean): string {
  if (typeof node === 'number') return Number.isInteger(node) ? 'int' : 'float';
  return typeof node === 'boolean' ? 'bool' : 'str';
}

function seal(text: string, key: Buffer, bound: string, type: string): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(bound));
  const data = Buffer.concat([cipher.update(text), cipher.final()]);
  const [d, i, t] = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${d},iv:${i},tag:${t},type:${type}]`;
}

function wrap(key: Buffer, recipient: string): string {
  return execFileSync('age', ['--armor', '--recipient', recipient], { input: key, encoding: 'utf8' });
}

/** Block style as sops writes it, with literals for texts of several lines. */
function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item) => `${indent}- ${toYaml(item, `${indent}  `).replace(/^\n? */, '')}`).join('')}`;
  }
  if (typeof value === 'object' && value !== null) {
    const lines = Object.entries(value).map(
      ([name, child]) => `${indent}${name}:${toYaml(child, `${indent}    `)}`,
    );
    return `\n${lines.join('')}`.replace(/^\n(?!\s*\S)/, '');
  }
  if (typeof value === 'string' && value.includes('\n'))
    return ` |\n${value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `${indent}${line}\n`)
      .join('')}`;
  return ` ${typeof value === 'string' && !value.startsWith('ENC[') ? JSON.stringify(value) : String(value)}\n`;
}
