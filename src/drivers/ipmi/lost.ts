/** What a packet that found no answer means to the caller. */

import { PowerError, type PowerErrorKind } from '../../model/power.ts';
import { NoAnswer } from './link.ts';

/**
 * For `catch`: turns NoAnswer and send errors into the kind given, or into `garbled` when something unreadable came
 * instead of an answer. After a write that is `timeout` too: the command may have been done.
 */
export function lostError(
  kind: PowerErrorKind,
  message: string,
  garbled: PowerErrorKind = 'protocol',
): (error: unknown) => never {
  return (error) => {
    if (error instanceof PowerError) throw error;
    if (error instanceof NoAnswer) {
      if (error.cause === undefined) throw new PowerError(kind, message, { cause: error });
      throw new PowerError(garbled, `${message} that can be read`, { cause: error });
    }
    if (isSystemError(error)) {
      // Nothing may have left; after a write the caller still has to look.
      throw new PowerError(kind, `${message} (${error.code})`, { cause: error });
    }
    throw error;
  };
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
