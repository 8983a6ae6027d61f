/** What a stranger says goes into logs and pages: one line of it, without control characters, at most `most` long. Pure. */
export function oneLine(text: unknown, most: number): string {
  return typeof text === 'string'
    ? text
        .replaceAll(/[\p{C}\s]+/gu, ' ')
        .trim()
        .slice(0, most)
    : '';
}
