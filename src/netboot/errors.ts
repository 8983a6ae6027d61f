/** Why an artifact could not be had. Every one of them may mend itself, or be mended, without a commit. */

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
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new NetbootError('space', 'the disk of the data directory is full', options);
  }
  return new NetbootError('unreachable', UNREACHABLE[code ?? ''] ?? `${message ?? error}`, options);
}

const UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'no route to its host',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'its server fell silent',
  UND_ERR_SOCKET: 'the connection broke',
};
