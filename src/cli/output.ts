import type { Context } from './context.ts';

/** Writes the value as JSON or YAML where that was asked for; false where a text for people was. */
export async function writeObject(
  context: Context,
  format: string | undefined,
  value: unknown,
): Promise<boolean> {
  if (format === 'json') {
    context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return true;
  }
  if (format === 'yaml') {
    const { stringify } = await import('yaml');
    context.stdout.write(stringify(value, { aliasDuplicateObjects: false }));
    return true;
  }
  return false;
}
