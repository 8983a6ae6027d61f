/** Examples out of the schemas, for hints. */

import type { SchemaNode } from './expectation.ts';
import { COMMON_SCHEMA } from './schemas.ts';

/** `, for example \`mac: 52:54:00:77:00:11\``; empty when the schema has no short example. */
export function exampleHint(field: string, schema: SchemaNode | undefined): string {
  const example = exampleOf(schema);
  if (example === undefined) return '';
  const text = flow(example);
  if (text.length > 80) return '';
  return /^[A-Za-z]+$/.test(field) ? `, for example \`${field}: ${text}\`` : `, for example \`${text}\``;
}

function exampleOf(schema: SchemaNode | undefined): unknown {
  if (schema?.examples?.length) return schema.examples[0];
  const name = schema?.$ref?.match(/#\/\$defs\/([A-Za-z]+)$/)?.[1];
  const shared = COMMON_SCHEMA.$defs as Record<string, SchemaNode>;
  return name ? shared[name]?.examples?.[0] : undefined;
}

/** YAML in one line, quoted only where it must be. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([key, field]) => `${key}: ${flow(field)}`)
      .join(', ')} }`;
  }
  return String(value);
}
