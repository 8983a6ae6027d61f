/** Values may enter a rendered file only through these checks: reject, never repair (facts: templates and injection). */

/** A value that must not stand in a rendered file, with the place it was meant for. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  readonly where: string;

  constructor(where: string, message: string) {
    super(`${where}: ${message}`);
    this.where = where;
  }
}

/** One line of printable text: no control characters, no line separators of any kind. */
export function oneLine(where: string, value: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) throw new RenderError(where, 'a control character or line break');
  return value;
}

/**
 * A word of letters, digits and a few signs that neither iPXE (which expands `${}` and splits at white space, `||`, `&&`,
 * `;`) nor a shell nor debconf reads anything into.
 */
export function plainWord(where: string, value: string): string {
  return matching(/^[\w.:/@%+=,~[\]-]+$/, where, value, 'a plain word');
}

/** A value of a known shape; the pattern must be anchored at both ends. */
export function matching(pattern: RegExp, where: string, value: string, what: string): string {
  if (!pattern.test(value) || value.endsWith('\n')) {
    throw new RenderError(where, `not ${what}: ${JSON.stringify(value)}`);
  }
  return value;
}

export function accountName(where: string, value: string): string {
  return matching(/^[a-z_][a-z0-9_-]{0,31}$/, where, value, 'the name of an account');
}

/** A value of a debconf line. A trailing backslash would swallow the next line (debconf-set-selections). */
export function debconfValue(where: string, value: string): string {
  oneLine(where, value);
  if (value.endsWith('\\')) throw new RenderError(where, 'ends in a backslash');
  if (value !== value.trim()) throw new RenderError(where, 'begins or ends with white space');
  return value;
}

/** A POSIX shell word, always in single quotes. */
export function shellWord(where: string, value: string): string {
  return `'${oneLine(where, value).replaceAll("'", `'\\''`)}'`;
}

/** What mkpasswd(1) makes with yescrypt or SHA-512. */
export const CRYPT_HASH: RegExp = /^\$(y|6)\$[./A-Za-z0-9$=]+$/;
