import type { ApiErrorCode } from '../model/api.ts';
import type { ExitCode } from './exit-codes.ts';

/** Ends a verb with a sentence for the person and a code for the script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitCode;
  /** What to do about it. */
  readonly hint: string;
  /** Where it was the daemon that refused. */
  readonly code: ApiErrorCode | null;

  constructor(exit: ExitCode, message: string, hint = '', code: ApiErrorCode | null = null) {
    super(message);
    this.exit = exit;
    this.hint = hint;
    this.code = code;
  }
}
