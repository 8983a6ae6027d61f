import type { ApiErrorCode } from '../model/api.ts';

/** A refusal, with what to do about it. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: ApiErrorCode;
  readonly hint: string | undefined;

  constructor(code: ApiErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
