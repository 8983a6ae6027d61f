/** What a schema asks for and what stands there, as words. */

import { printable } from './printable.ts';

/** The parts of a JSON Schema that the project's schemas use. */
export interface SchemaNode {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  pattern?: string;
  errorMessage?: string;
  examples?: unknown[];
  properties?: Record<string, SchemaNode>;
  $ref?: string;
}

/** Bounds that nobody meets by accident. */
const FAR = 100_000;

/** `must be a whole number of at least 1`; a far bound is only named to a value that breaks it. */
export function expectation(schema: SchemaNode, data: unknown = null): string {
  if (schema.errorMessage) return schema.errorMessage;
  if (schema.const !== undefined) return `must be ${code(schema.const)}`;
  if (schema.enum) return `must be ${alternatives(schema.enum.map(code))}`;
  const far = schema.maximum !== undefined && schema.maximum >= FAR && !(Number(data) > schema.maximum);
  const { maximum, ...near } = schema;
  return `must be ${describe(far ? near : schema)}`;
}

function describe(schema: SchemaNode): string {
  switch (schema.type) {
    case 'integer':
      return `a whole number${range(schema.minimum, schema.maximum)}`;
    case 'number':
      return `a number${range(schema.minimum, schema.maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${counted(schema.minItems, schema.maxItems, 'item')}`;
    case 'object':
      return `a mapping of fields${counted(undefined, schema.maxProperties, 'field')}`;
    default:
      return `text${counted(schema.minLength, schema.maxLength, 'character')}`;
  }
}

function range(minimum?: number, maximum?: number): string {
  const least = minimum === undefined ? '' : ` of at least ${minimum}`;
  if (maximum === undefined) return least;
  return least === '' ? ` of at most ${maximum}` : `${least} and at most ${maximum}`;
}

function counted(least: number | undefined, most: number | undefined, noun: string): string {
  const bounds = [
    least === undefined ? '' : `at least ${least}`,
    most === undefined ? '' : `at most ${most}`,
  ];
  const said = bounds.filter((bound) => bound !== '').join(' and ');
  return said === '' ? '' : ` of ${said} ${(most ?? least) === 1 ? noun : `${noun}s`}`;
}

/** What stands there: short, on one line, safe to print. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return printable(JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value));
}

/** `a`, `b` or `c`. */
export function alternatives(words: string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function code(value: unknown): string {
  return `\`${printable(String(value)).slice(0, 60)}\``;
}
