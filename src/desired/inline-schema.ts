/** The fields of a kind as its schema has them, for a document that has no such references. */

import { COMMON_SCHEMA } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** A kind's schema: the fields of its `spec`, and what they refer to. */
interface KindSchema {
  properties: { spec: { properties: object } };
  $defs?: object;
}

/** Schemas of the fields of `spec`, but for those left out; one that refers to itself must be. */
export function inlineFields(kind: KindSchema, leftOut: readonly string[]): Record<string, Json> {
  const definitions = { ...COMMON_SCHEMA.$defs, ...kind.$defs } as Record<string, unknown>;

  function inline(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(inline);
    if (value === null || typeof value !== 'object') return value;
    const { $ref, errorMessage: _, examples: __, ...rest } = value as Json;
    const found = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, inline(part)]));
    if (typeof $ref !== 'string') return found;
    const name = $ref.replace(/^.*#\/\$defs\//, '');
    return { ...(inline(definitions[name]) as Json), ...found };
  }

  const chosen = Object.entries(kind.properties.spec.properties).filter(([name]) => !leftOut.includes(name));
  return Object.fromEntries(chosen.map(([name, field]) => [name, inline(field) as Json]));
}
