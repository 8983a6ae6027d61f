/** From ajv's errors to sentences: what is wrong, where, and how to mend it. */

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { ProblemCode } from '../model/problem.ts';
import { expectation, type SchemaNode, shown } from './expectation.ts';
import { nearest } from './nearest.ts';
import { printable } from './printable.ts';
import { exampleHint } from './schema-examples.ts';
import type { Path } from './yaml-positions.ts';

export interface SchemaFinding {
  code: ProblemCode;
  path: Path;
  /** Whether the key or the value at the path is meant. */
  part: 'key' | 'value';
  message: string;
  hint: string;
}

/** Keywords after which the value still has the shape that its type promises. */
const SOFT = new Set([
  'additionalProperties',
  'propertyNames',
  'pattern',
  'format',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'maxItems',
  'maxProperties',
  'uniqueItems',
]);

/** True when the value can be worked on all the same, to find more problems at once. */
export function shapeHolds(errors: readonly ErrorObject[]): boolean {
  return errors.every((error) => SOFT.has(error.keyword));
}

/** One finding for each place that is wrong, in the order of ajv's errors. Takes errors made with `verbose`. */
export function schemaFindings(errors: readonly ErrorObject[]): SchemaFinding[] {
  const findings = new Map<string, SchemaFinding>();
  const branches = errors.filter((error) => error.keyword === 'oneOf').map((error) => `${error.schemaPath}/`);
  for (const error of errors) {
    if (error.keyword === 'propertyNames') continue;
    // What each branch misses is already said by the `oneOf` itself.
    if (branches.some((branch) => error.schemaPath.startsWith(branch))) continue;
    const finding = findingOf(error);
    const place = JSON.stringify(finding.path) + finding.part;
    if (!findings.has(place)) findings.set(place, finding);
  }
  return [...findings.values()];
}

function findingOf(error: ErrorObject): SchemaFinding {
  const path = pointerPath(error.instancePath);
  const schema = (error.parentSchema ?? {}) as SchemaNode;
  const params = error.params as Record<string, unknown>;
  if (error.propertyName !== undefined) return wrongKey(path, error.propertyName, schema);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(path, String(params['additionalProperty']), schema);
    case 'required':
      return missingField(path, String(params['missingProperty']), schema);
    case 'uniqueItems': {
      const [first, second] = [Number(params['j']), Number(params['i'])].sort((a, b) => a - b);
      const message = `${fieldName([...path, Number(second)])} repeats ${fieldName([...path, Number(first)])}`;
      return {
        code: 'duplicate',
        path: [...path, Number(second)],
        part: 'value',
        message,
        hint: 'Keep one of the two.',
      };
    }
    default:
      return wrongValue(path, error.data, schema);
  }
}

function unknownField(path: Path, field: string, schema: SchemaNode): SchemaFinding {
  const known = Object.keys(schema.properties ?? {});
  const guess = nearest(field, known);
  const list = known.map((name) => `\`${name}\``).join(', ');
  const hint =
    field === '<<'
      ? 'Merge keys are not part of YAML 1.2; write the fields out, or use the defaults of the pool or the site.'
      : guess
        ? `Did you mean \`${guess}\`?`
        : `Known here: ${list}.`;
  const where = path.length === 0 ? 'the document' : fieldName(path);
  const message = `${where} has no field ${shown(field)}`;
  return { code: 'unknown-field', path: [...path, field], part: 'key', message, hint };
}

function missingField(path: Path, field: string, schema: SchemaNode): SchemaFinding {
  const where = path.length === 0 ? 'the document' : fieldName(path);
  const hint = `Add \`${field}\`${exampleHint(field, schema.properties?.[field])}.`;
  return { code: 'schema', path, part: 'key', message: `${where} lacks the field \`${field}\``, hint };
}

function wrongKey(path: Path, key: string, schema: SchemaNode): SchemaFinding {
  const message = `the name ${shown(key)} in ${fieldName(path)} ${expectation(schema)}`;
  return { code: 'schema', path: [...path, key], part: 'key', message, hint: 'Rename it.' };
}

function wrongValue(path: Path, data: unknown, schema: SchemaNode): SchemaFinding {
  const name = fieldName(path);
  const secret = secretHint(path, data, schema);
  if (secret) {
    return { code: 'secret', path, part: 'value', message: `${name} ${secret.message}`, hint: secret.hint };
  }
  // That a mapping is a mapping says nothing about what is wrong in it.
  const found = schema.type === 'object' && shown(data) === 'a mapping' ? '' : `, but is ${shown(data)}`;
  const message = `${name} ${expectation(schema, data)}${found}`;
  return { code: 'schema', path, part: 'value', message, hint: mending(path, data, schema) };
}

const SECRET_FIELDS: ReadonlySet<string> = new Set(['password', 'token', 'secret', 'accessKey', 'secretKey']);

/** Where a plain secret seems to be written; the message must not repeat it. */
function secretHint(path: Path, data: unknown, schema: SchemaNode): { message: string; hint: string } | null {
  if (typeof data !== 'string' && typeof data !== 'number') return null;
  const field = String(path.at(-1));
  const text = String(data);
  // Who knows the address of some webhooks may post there.
  if (SECRET_FIELDS.has(field) || (field === 'url' && schema.properties?.['sops'])) {
    const hint = `Put it in a file of the daemon and write \`{ file: name }\`, or \`{ env: NAME }\`; then change the ${field}.`;
    return { message: 'must be a reference to a secret, never the secret itself', hint };
  }
  if (field === 'passwordHash' && !text.startsWith('$')) {
    return {
      message: 'must be a crypt(5) hash, never the password itself',
      hint: 'Make one with `mkpasswd -m yescrypt`.',
    };
  }
  if (/PRIVATE KEY/.test(text)) {
    return {
      message: 'holds a private key',
      hint: 'Take it out, make a new key pair, and write the public key.',
    };
  }
  if (/:\/\/[^/]*@/.test(text)) {
    return {
      message: 'must not hold a user name or a password',
      hint: 'Write the address without what stands before `@`.',
    };
  }
  return null;
}

function mending(path: Path, data: unknown, schema: SchemaNode): string {
  if (typeof data === 'string' && schema.enum) {
    const guess = nearest(data, schema.enum.map(String));
    if (guess) return `Did you mean \`${guess}\`?`;
  }
  if (typeof data === 'string' && path.at(-1) === 'mac') {
    const digits = data.toLowerCase().replace(/[^0-9a-f]/g, '');
    const mac = digits.match(/../g)?.join(':') ?? '';
    if (digits.length === 12 && mac !== data) return `Write \`${mac}\`.`;
  }
  if (schema.type === 'boolean') return 'Write `true` or `false`, without quotes.';
  const quoted = schema.type === 'string' && (typeof data === 'number' || typeof data === 'boolean');
  if (quoted && new RegExp(schema.pattern ?? '', 'u').test(String(data))) {
    return 'Put it in quotes, so that YAML takes it for text.';
  }
  if (schema.const !== undefined) return `Write \`${String(schema.const)}\`.`;
  const example = exampleHint(String(path.at(-1) ?? ''), schema);
  return example === '' ? 'Compare it with docs/site-format.md.' : `Correct the value${example}.`;
}

/** The end of a path, as a person would say it: `mac`, `packages[2]`. */
export function fieldName(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the document';
  const numbered = typeof last === 'number' || /^[0-9]+$/.test(last);
  if (numbered && path.length > 1) return `${fieldName(path.slice(0, -1))}[${last}]`;
  return printable(String(last)).slice(0, 60);
}

function pointerPath(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
