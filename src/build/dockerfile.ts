/** What a Dockerfile says of the image that it begins with. */

/**
 * The image that the last stage stands on in the end; empty for `scratch`, and where only the builder can tell, because
 * the name has an argument in it.
 */
export function baseOf(dockerfile: string): string {
  const stages = new Map<string, string>();
  let base = '';
  for (const line of dockerfile.replace(/\\[ \t]*\r?\n/g, ' ').split(/\r?\n/)) {
    const [, from = '', name] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line) ?? [];
    if (from === '') continue;
    base = stages.get(from.toLowerCase()) ?? (from === 'scratch' || from.includes('$') ? '' : from);
    if (name !== undefined) stages.set(name.toLowerCase(), base);
  }
  return base;
}

/** The digest that the name says itself; null for none. */
export function digestIn(image: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null;
}
