/** What a packet that found no answer means to the caller. */

import { PowerError, type PowerErrorKind } from '../../model/power.ts';
import { NoAnswer } from './link.ts';

/** For `catch`: turns NoAnswer into the kind given (`protocol` when garbage came instead), a send error into `unreachable`. */
export function lostError(kind: PowerErrorKind, message: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof PowerError) throw error;
    if (error instanceof NoAnswer) {
      const garbled = error.cause !== undefined;
      throw new PowerError(garbled ? 'protocol' : kind, garbled ? 'the BMC answers garbage' : message, {
        cause: error,
      });
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
