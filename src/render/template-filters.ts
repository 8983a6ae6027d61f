/** The filters through which values leave a template: each returns a value that is safe where it is meant for, or throws. */

import {
  accountName,
  CRYPT_HASH,
  debconfValue,
  matching,
  oneLine,
  plainWord,
  RenderError,
  shellWord,
} from './text.ts';

/** The optional argument says what the value is, for the message. */
type Check = (value: unknown, where?: string) => string;

export const FILTERS: Readonly<Record<string, Check>> = {
  /** Letters, digits and signs that nothing reads anything into. */
  word: (value, where = 'value') => plainWord(where, text(value, where)),
  /** A list of those, with spaces between. */
  words: (value, where = 'value') =>
    list(value, where)
      .map((one) => plainWord(where, text(one, where)))
      .join(' '),
  /** What follows the type in a line of a preseed file. */
  preseed: (value, where = 'value') => debconfValue(where, text(value, where)),
  /** One word of a shell script, in quotes. */
  sh: (value, where = 'value') => shellWord(where, text(value, where)),
  /** A list of those. */
  shwords: (value, where = 'value') =>
    list(value, where)
      .map((one) => shellWord(where, text(one, where)))
      .join(' '),
  kernelarg: (value, where = 'kernel argument') =>
    matching(/^[A-Za-z0-9][A-Za-z0-9_.,:=/@+-]*$/, where, text(value, where), 'a kernel argument'),
  /** A leading dash would be an option of apt, which runs as root. */
  package: (value, where = 'package') =>
    matching(/^[a-z0-9][a-z0-9+.-]+$/, where, text(value, where), 'the name of a package'),
  /** What mkpasswd(1) makes with yescrypt or SHA-512. */
  crypt: (value, where = 'password') => matching(CRYPT_HASH, where, text(value, where), 'a crypt(5) hash'),
  account: (value, where = 'account') => accountName(where, text(value, where)),
  /** A list of those, with commas between; nothing at all in quotes. */
  accounts: (value, where = 'accounts') =>
    shellWord(
      where,
      list(value, where)
        .map((one) => accountName(where, text(one, where)))
        .join(','),
    ),
  /** In a comment. */
  remark: (value, where = 'remark') => oneLine(where, text(value, where)),
};

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isFinite(value)) return String(value);
  throw new RenderError(where, `${value === null ? 'nothing' : typeof value} is no text`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new RenderError(where, 'not a list');
  return value;
}
