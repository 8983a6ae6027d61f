/** Why an image was not built. */

/**
 * - `unreachable`: no builder answers. `failed`: the builder says no to what the Dockerfile asks for. `timeout`: it took too long.
 * - `platform`: the builder cannot build for it. `push`: the registry did not take it. `context`: Git does not give the files.
 * - `given-up`: Git asks for something else meanwhile. `closed`: the daemon stops.
 */
export type BuildErrorCode =
  | 'unreachable'
  | 'failed'
  | 'timeout'
  | 'platform'
  | 'push'
  | 'context'
  | 'given-up'
  | 'closed';

/** `hint` says what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: BuildErrorCode;
  readonly hint: string;

  constructor(code: BuildErrorCode, message: string, hint: string = HINTS[code]) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

const HINTS: Record<BuildErrorCode, string> = {
  unreachable: 'Start Docker Engine and let the user of the daemon use its socket, or install buildah.',
  failed: 'Mend the Dockerfile by a commit; `barewright logs --build IMAGE` shows all that the builder said.',
  timeout: 'See what it waits for with `barewright logs --build IMAGE`, or raise `build.timeout`.',
  platform: 'Leave the platform out of `build.platforms`, or install emulation for it (qemu-user-static).',
  push: 'See that the builder reaches the registry and trusts it.',
  context: 'See that the repository is whole.',
  'given-up': '',
  closed: '',
};
