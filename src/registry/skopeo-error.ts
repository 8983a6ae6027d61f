/** What skopeo says when it fails, as one of our errors. Pure. */

import { oneLine } from '../model/one-line.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';

/** In the order in which they are looked for: what is said of a cause stands behind what could not be done. */
const SIGNS: readonly [code: RegistryErrorCode, words: RegExp][] = [
  ['no-space', /no space left|quota exceeded/i],
  ['too-many-requests', /toomanyrequests|too many requests|\b429\b/i],
  ['tls', /x509:|certificate|tls: |server gave HTTP response to HTTPS client/i],
  ['unauthorized', /unauthorized|authentication required|invalid username\/password|\b401\b/i],
  ['forbidden', /denied|forbidden|\b403\b/i],
  ['not-found', /manifest unknown|name unknown|not found|\b404\b/i],
  ['unsupported', /method not allowed|read-only|\b405\b/i],
  ['digest', /digest did not match|doesn't match|does not match|would change|cannot preserve/i],
  [
    'unreachable',
    /connection refused|no such host|no route|timeout|timed out|reset by peer|unexpected EOF|: EOF/i,
  ],
  ['server', /\b50\d\b|internal server error|unknown error/i],
];

/** `what` was asked of it: `copy of karoo:5000/redis@sha256:…`. `said` is all of its stderr. */
export function skopeoError(said: string, what: string): RegistryError {
  const words = lastWords(said);
  const code = SIGNS.find(([, sign]) => sign.test(words))?.[0] ?? 'refused';
  return new RegistryError(code, `${what}: skopeo says: ${words}`);
}

/** The message of its last line; logrus writes `time=… level=fatal msg="…"` where it is no terminal. */
function lastWords(said: string): string {
  const line = said.trimEnd().split('\n').at(-1) ?? '';
  const quoted = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  const words = quoted?.replaceAll(/\\(.)/g, '$1') ?? line;
  return oneLine(words, MOST_SAID) || 'nothing';
}

/** Of what strangers say, characters. */
const MOST_SAID = 400;
