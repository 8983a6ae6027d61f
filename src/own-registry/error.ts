/** Why the site's own registry is not as declared. */

/**
 * - `missing`: the program that it is run with is not there. `start`: it does not come up. `ended`: it came up, and ended.
 * - `certificate`: certificates or keys on disk do not fit. `secret`: a secret that it needs cannot be read.
 * - `listen`: the port of its token server cannot be used. `write`: its files cannot be written.
 * - `collect`: a garbage collection went wrong. `read-only`: it does not become read-only, or does not end being so.
 */
export type OwnRegistryErrorCode =
  | 'missing'
  | 'start'
  | 'ended'
  | 'certificate'
  | 'secret'
  | 'listen'
  | 'write'
  | 'collect'
  | 'read-only';

/** Its message says what to do about it. */
export class OwnRegistryError extends Error {
  override readonly name = 'OwnRegistryError';
  readonly code: OwnRegistryErrorCode;

  constructor(code: OwnRegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
