/** Searches for secrets in every spelling in which a program may let them out. */

export interface Leak {
  secret: string;
  spelling: string;
  /** Where it was found. */
  where: string;
  /** What stands before it. */
  before: string;
}

/** Of a secret, by how it is spelled. Base64 has three: by what stands before it in the text that was encoded. */
export function spellings(secret: string): Map<string, string> {
  const bytes = Buffer.from(secret);
  const found = new Map([
    ['plain', secret],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['URL', encodeURIComponent(secret)],
    ['form', new URLSearchParams({ '': secret }).toString().slice(1)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['HTML', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')],
    ['reversed', [...secret].reverse().join('')],
  ]);
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Only the digits that the secret alone decides.
    const inner = text.slice(shift === 0 ? 0 : shift + 1, text.length - (text.endsWith('=') ? 3 : 0));
    found.set(`Base64 ${shift}`, inner);
    found.set(`Base64url ${shift}`, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return found;
}

/** Every secret that stands in a text, in whatever spelling. */
export function leaksIn(where: string, text: string, secrets: ReadonlyMap<string, string>): Leak[] {
  const found: Leak[] = [];
  for (const [secret, value] of secrets) {
    for (const [spelling, spelled] of spellings(value)) {
      const at = text.indexOf(spelled);
      if (at >= 0) found.push({ secret, spelling, where, before: text.slice(Math.max(0, at - 60), at) });
    }
  }
  return found;
}
