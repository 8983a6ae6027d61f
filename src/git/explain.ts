import { GitError, type GitErrorCode } from './errors.ts';

/** In order: ssh and http print a general line after the telling one, so the telling ones come first. */
const CAUSES: readonly [pattern: RegExp, code: GitErrorCode, advice: (where: string) => string][] = [
  [
    /dubious ownership/i,
    'unsafe',
    (where) =>
      `Git refuses ${where}: another user owns it; run barewright as that user, or allow it with: git config --global --add safe.directory '${where}'`,
  ],
  [
    /host key verification failed|remote host identification has changed|host key is known/i,
    'host-key',
    (where) =>
      `the host key of ${where} is not in known_hosts, or is another one; compare it with the server's own and correct the known_hosts file`,
  ],
  [
    /permission denied|authentication failed|could not read (username|password)|access denied, |returned error: 40[13]|load key .*:/i,
    'auth',
    (where) =>
      `${where} refuses these credentials; check the key or token file, and that it may read the repository`,
  ],
  [
    /couldn't find remote ref|no such remote ref/i,
    'no-branch',
    (where) => `the branch is not in ${where}; push it, or name another branch`,
  ],
  [
    /not our ref|unadvertised object|promisor remote|bad object|not a valid (commit|object)|unknown revision|bad revision|invalid revision range|needed a single revision|could not get object|unable to read [0-9a-f]{40}|not a tree object/i,
    'missing-object',
    (where) =>
      `${where} lacks an object that is needed; fetch the whole history there, or accept the new one`,
  ],
  [
    /repository .*not found|not exported|does not appear to be a git repository|not a git repository/i,
    'not-a-repository',
    (where) =>
      `there is no Git repository at ${where}, or it is not shown to this account; check the location`,
  ],
  [
    /resolve host|connection (refused|timed out|reset|closed)|connect to|unable to connect|no route to host|network is unreachable|early eof|hung up|unable to access|could not read from remote|name or service not known|unable to look up|returned error: 5\d\d/i,
    'unreachable',
    (where) => `${where} does not answer; it is asked again, and the last good commit stays in force`,
  ],
  [/spawn git ENOENT/, 'failed', () => 'the program git is not on PATH; install it'],
];

/** The error for what a failed git command wrote to stderr. `where` is the repository as its user names it. */
export function explain(stderr: string, where: string): GitError {
  const detail = withoutCredentials(stderr).trim().slice(0, 2000);
  for (const [pattern, code, advice] of CAUSES) {
    if (pattern.test(stderr)) return new GitError(code, advice(where), detail);
  }
  const line = detail.split('\n').findLast((text) => /^(fatal|error):/.test(text)) ?? detail.split('\n')[0];
  return new GitError('failed', `git failed in ${where}: ${line || 'it gave no reason'}`, detail);
}

function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^\s/@]+@/g, '$1');
}
