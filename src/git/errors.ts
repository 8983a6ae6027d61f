/** What can go wrong with a repository. The code says what to do next; the message says it to a person. */

export type GitErrorCode =
  /** Nothing that Git knows lies at the location. */
  | 'not-a-repository'
  /** The branch is gone, unborn, or HEAD is detached and no branch was named. */
  | 'no-branch'
  /** Moved away, not mounted, or the server does not answer: passes by itself. */
  | 'unreachable'
  | 'auth'
  | 'host-key'
  | 'missing-object'
  | 'timeout'
  /** Refused for safety: a name, a path, an owner, a size, or work that would be overwritten. */
  | 'unsafe'
  | 'failed';

export class GitError extends Error {
  override readonly name = 'GitError';
  readonly code: GitErrorCode;
  /** What Git itself said, without credentials; empty where Git was not asked. */
  readonly detail: string;

  constructor(code: GitErrorCode, message: string, detail = '') {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}
