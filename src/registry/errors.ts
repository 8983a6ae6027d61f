/** Why a registry did not do what was asked of it. */

/**
 * - `unreachable`: nobody answers, or the connection breaks. `tls`: its certificate is not trusted, or it speaks no TLS.
 * - `unauthorized`: 401, the login is missing or wrong. `forbidden`: 403, the login may not do this.
 * - `not-found`: no such repository, manifest or blob. `unsupported`: 405 or 415, such as a registry that deletes nothing.
 * - `read-only`: it takes no changes now, as during a garbage collection. `incomplete`: it lacks what an image refers to.
 * - `too-many-requests`: 429, still after every retry. `server`: 5xx, likewise. `refused`: any other 4xx.
 * - `digest`: bytes that are not what their digest says. `truncated`: fewer bytes than announced. `too-large`: more.
 * - `no-space`: the registry's disk, or this machine's, is full. `protocol`: an answer that makes no sense.
 * - `program`: a program of this machine is missing.
 * - `upload-lost`: an upload that was to be continued is no longer known. `closed`: the caller gave up.
 */
export type RegistryErrorCode =
  | 'unreachable'
  | 'tls'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'unsupported'
  | 'read-only'
  | 'incomplete'
  | 'too-many-requests'
  | 'server'
  | 'refused'
  | 'digest'
  | 'truncated'
  | 'too-large'
  | 'no-space'
  | 'protocol'
  | 'program'
  | 'upload-lost'
  | 'closed';

/** Its message names the registry and what was asked for; `hint` says what to do. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  readonly hint: string;

  constructor(code: RegistryErrorCode, message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options);
    this.code = code;
    this.hint = options.hint ?? hintOf(code);
  }
}

const HINTS: Record<RegistryErrorCode, string> = {
  unreachable: 'See that it runs, and that its name and port in `spec.registries` are right.',
  tls: 'See that `ca` in `spec.registries` names the certificate authority of this registry.',
  unauthorized: 'See that `username` and `password` in `spec.registries` are those of this registry.',
  forbidden: 'Give this account the right to do it, or name another one in `spec.registries`.',
  'not-found': 'See that the name, the tag and the digest are written as the registry has them.',
  unsupported: 'See that the registry takes pushes, and deletions (`storage.delete.enabled`).',
  'read-only': 'It is tried again later: a garbage collection makes a registry read-only for its time.',
  incomplete: 'It is pushed again; a garbage collection may have taken what was not in use yet.',
  'too-many-requests':
    'It is tried again later; an account, or fewer tags, help against a limit of the registry.',
  server: 'The log of the registry says why; it is tried again later.',
  refused: 'The log of the registry says why.',
  digest: 'What is stored there is damaged or was changed; push or mirror it anew.',
  truncated: 'What is stored there is damaged, or something on the way cuts it off.',
  'too-large': 'It is no manifest of an image.',
  'no-space': 'Make room on that disk; it is tried again later.',
  protocol: 'See that the address is that of a registry, and not of something in front of it.',
  program: 'Install it on the machine of the daemon.',
  'upload-lost': 'It is begun anew.',
  closed: '',
};

/** What to do about a code where nothing closer is known; takes one from a journal too. */
export function hintOf(code: string): string {
  return HINTS[code as RegistryErrorCode] ?? '';
}
