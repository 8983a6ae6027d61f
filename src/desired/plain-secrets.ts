/** What looks like a secret in the clear. Only what is hardly anything else: a warning that cries wolf is turned off. */

import type { Kind, Metadata } from '../model/site.ts';
import type { Path } from './yaml-positions.ts';

export interface PlainSecret {
  path: Path;
  /** How the place is named: `parameters.token`. */
  what: string;
}

/** Fields whose names and values are the author's own. */
const FREE = new Set(['annotations', 'labels', 'parameters', 'args', 'kernelArguments']);
const SECRET_NAME =
  /(?:^|[^a-z])(?:password|passwd|passphrase|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|auth[-_.]?key)$/;
/** Given out by services, and told by their beginnings. */
const TOKEN =
  /(?:^|[^A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50,}|glpat-[\w-]{20}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{20,}|AGE-SECRET-KEY-1[0-9A-Z]{40,})/;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
const URL_PASSWORD = /:\/\/[^/\s:@]+:[^/\s@]+@/;
/** Words, paths, references to elsewhere and hashes are no secrets. */
const HARMLESS =
  /^(?:|[a-z]{1,12}|\/.*|~\/.*|[a-z][a-z0-9+.-]*:\/\/.*|\$[{(].*|\{\{.*|\$(?:y|5|6|2[aby]|argon2\w*)\$.*|<.*>|\*+)$/;

export function holdsPrivateKey(text: string): boolean {
  return text.includes('PRIVATE KEY') && PRIVATE_KEY.test(text);
}

/** Of a node only the metadata is looked at: its spec has no free text, and there may be thousands. */
export function findPlainSecrets(
  kind: Kind,
  { metadata, spec }: { metadata: Metadata; spec: unknown },
): PlainSecret[] {
  const found: PlainSecret[] = [];
  walk(metadata, ['metadata'], false, found);
  if (kind !== 'Node') walk(spec, ['spec'], false, found);
  return found;
}

function walk(value: unknown, path: Path, isFree: boolean, found: PlainSecret[]): void {
  if (typeof value === 'string') {
    if (isFree && (isSuspicious(value) || isNamedSecret(value, path)))
      found.push({ path, what: nameOf(path) });
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, [...path, index], isFree, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, child] of Object.entries(value))
      walk(child, [...path, name], isFree || FREE.has(name), found);
  }
}

function isSuspicious(text: string): boolean {
  return holdsPrivateKey(text) || TOKEN.test(text) || URL_PASSWORD.test(text);
}

/** `password: hunter2`, and of a list of arguments `repo.password=hunter2`; the default of a parameter counts as its value. */
function isNamedSecret(text: string, path: Path): boolean {
  if (typeof path.at(-1) === 'number') {
    const [name = '', ...value] = text.split('=');
    return isSecretName(name) && isTelling(value.join('='));
  }
  const names = path.filter((part) => typeof part === 'string');
  const name = names.at(-1) === 'default' ? (names.at(-2) ?? '') : (names.at(-1) ?? '');
  return isSecretName(name) && isTelling(text);
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase());
}

function isTelling(value: string): boolean {
  return value.length >= 4 && !HARMLESS.test(value);
}

function nameOf(path: Path): string {
  return path.slice(1).join('.');
}
