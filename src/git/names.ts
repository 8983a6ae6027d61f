/** Names that reach a git command line. Each check returns its argument, or throws GitError 'unsafe'. */

import { GitError } from './errors.ts';

/** What `git check-ref-format` refuses, and a leading dash, which a command would take for an option. */
const NOT_IN_REF = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[-./]|[./]$|^@$/;

function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function checkObjectId(text: string): string {
  if (isObjectId(text)) return text;
  throw new GitError('unsafe', `${JSON.stringify(text)} is not a full object name; give all 40 hex digits`);
}

export function checkBranch(text: string): string {
  if (text !== '' && text.length <= 250 && !NOT_IN_REF.test(text)) return text;
  throw new GitError('unsafe', `${JSON.stringify(text)} is not a branch name; give one such as main`);
}

/** A branch, a tag, `HEAD` or an object name, with steps back such as `~2` or `^`; never a range. */
export function checkRevision(text: string): string {
  const name = text.replace(/(?:[~^]\d*)+$/, '');
  if (name !== '' && text.length <= 300 && !NOT_IN_REF.test(name)) return text;
  throw new GitError('unsafe', `${JSON.stringify(text)} is not a revision; give a branch, a tag or a commit`);
}

/** A path inside the repository, with `/` between its parts, that stays there and out of `.git`. */
export function checkPath(text: string): string {
  const parts = text.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  if (!bad && !/[\x00-\x1f\x7f\\]/.test(text)) return text;
  throw new GitError('unsafe', `${JSON.stringify(text)} is not a path inside the repository`);
}

/** The key of a trailer of a commit's message. */
export function checkTrailer(text: string): string {
  if (/^[A-Za-z][A-Za-z-]{0,60}$/.test(text)) return text;
  throw new GitError('unsafe', `${JSON.stringify(text)} is not the key of a trailer`);
}
