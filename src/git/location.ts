import { resolve } from 'node:path';
import { GitError } from './errors.ts';

export type Location =
  | { kind: 'local'; path: string }
  /** `origin` is scheme, host and port: what a token is bound to. */
  | { kind: 'remote'; url: string; scheme: 'https' | 'http' | 'ssh' | 'git' | 'file'; origin: string };

const SCHEMES = ['https', 'http', 'ssh', 'git', 'file'] as const;

/**
 * Tells a path from a URL: whatever has `://`, or is `host:path` as ssh writes it, is remote.
 * Throws GitError 'unsafe' for a scheme that runs programs (`ext::`) and for a URL that carries a password.
 */
export function parseLocation(text: string): Location {
  if (text === '' || text.startsWith('-') || /[\x00-\x1f\x7f]/.test(text)) {
    throw new GitError('unsafe', `${JSON.stringify(text)} is not a repository; give a path or a URL`);
  }
  if (/^[\w+.-]+::/.test(text)) throw unknownScheme(text);
  if (text.includes('://')) return parseUrl(text);
  const scp = /^(?:[\w.-]+@)?([\w][\w.-]*|\[[\da-f:]+\]):(?!\/\/)/i.exec(text);
  if (scp) return { kind: 'remote', url: text, scheme: 'ssh', origin: `ssh://${scp[1]}` };
  return { kind: 'local', path: resolve(text) };
}

function parseUrl(text: string): Location {
  const scheme = SCHEMES.find((known) => text.startsWith(`${known}://`));
  if (!scheme || !URL.canParse(text)) throw unknownScheme(text.replace(/\/\/[^/]*@/, '//'));
  const url = new URL(text);
  if (url.password !== '') {
    throw new GitError('unsafe', `the URL of ${url.host} carries a password; put it in a token file instead`);
  }
  if (/^-/.test(url.hostname) || /^-/.test(url.username)) throw unknownScheme(text);
  return { kind: 'remote', url: text, scheme, origin: `${scheme}://${url.host}` };
}

function unknownScheme(text: string): GitError {
  return new GitError('unsafe', `${JSON.stringify(text)} is not a URL of ${SCHEMES.join(', ')}`);
}
