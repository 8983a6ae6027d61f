/** Why an artifact could not be had. Every one of them may mend itself, or be mended, without a commit. */

import { connectionWords, isDiskFull } from '../model/connection-words.ts';

export type NetbootErrorCode =
  | 'package'
  | 'signature'
  | 'digest'
  | 'too-large'
  | 'http'
  | 'unreachable'
  | 'file'
  | 'space'
  /** What came is not what it is said to be, or not what is taken. */
  | 'format'
  /** A program of the daemon's machine is missing. */
  | 'program'
  | 'closed';

export class NetbootError extends Error {
  override readonly name = 'NetbootError';
  readonly code: NetbootErrorCode;

  constructor(code: NetbootErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a person can act on, from whatever was thrown while bytes were on their way. */
export function netbootError(error: unknown): NetbootError {
  if (error instanceof NetbootError) return error;
  const options = { cause: error };
  if (isDiskFull(error)) return new NetbootError('space', 'the disk of the data directory is full', options);
  return new NetbootError('unreachable', connectionWords(error), options);
}
