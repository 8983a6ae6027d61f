/** What the exit code of `barewright` says to a script; printed by `barewright --help`. */

export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  changes: 2,
  refused: 3,
  unreachable: 4,
  timeout: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_TABLE: readonly [code: ExitCode, meaning: string][] = [
  [EXIT.ok, 'done, or nothing to do'],
  [EXIT.error, 'it failed; the message says why'],
  [EXIT.usage, 'wrong usage; or changes are due (plan --diff-exit-code)'],
  [EXIT.refused, 'refused: an invalid site, a guard, or an outdated digest'],
  [EXIT.unreachable, 'the daemon does not answer, or is not ready'],
  [EXIT.timeout, 'what was waited for did not come in time'],
  [EXIT.interrupted, 'ended by a signal'],
];
