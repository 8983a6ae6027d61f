/** Debian's control files (deb822): paragraphs of fields, those that go on in the next line left out. */

export type Paragraph = ReadonlyMap<string, string>;

export function paragraphs(text: string): Paragraph[] {
  return text
    .split(/\n{2,}/)
    .map(
      (part) =>
        new Map(
          [...part.matchAll(/^([A-Za-z][\w-]*): (.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
        ),
    )
    .filter((paragraph) => paragraph.has('Package'));
}

/** One row a paragraph, with these fields in order; an empty text for one that it has not. */
export function fields(text: string, names: readonly string[]): string[][] {
  return paragraphs(text).map((paragraph) => names.map((name) => paragraph.get(name) ?? ''));
}

/** `a (>= 1) | b, c` → [['a', 'b'], ['c']]. */
export function alternatives(relation: string): string[][] {
  return relation
    .split(',')
    .map((part) => part.split('|').map((name) => name.trim().split(/[ :(]/)[0] ?? ''))
    .filter(([first]) => first !== undefined && first !== '');
}
