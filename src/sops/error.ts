/** Why a value of an SOPS file cannot be had. The code says what to do next; the message never holds a value. */

export type SopsErrorCode =
  /** The text is no SOPS file, or is written in a way that is not read here. */
  | 'format'
  /** Only the program sops can open it. */
  | 'foreign'
  | 'no-key'
  | 'wrong-key'
  /** Something in it was changed without the key. */
  | 'tampered'
  /** It has no such value. */
  | 'missing'
  /** The program sops is not there, or refuses. */
  | 'program';

export class SopsError extends Error {
  override readonly name = 'SopsError';
  readonly code: SopsErrorCode;

  constructor(code: SopsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
